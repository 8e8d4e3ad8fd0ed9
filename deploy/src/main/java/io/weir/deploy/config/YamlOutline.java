package io.weir.deploy.config;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The keys of a YAML file and the lines that they stand on, and what the reader of its values
 * passes over in silence: keys given twice, keys without a value.
 *
 * <p>A key is written as the settings are: sections joined by dots, {@code [i]} for the entries of
 * a list, no quotes.
 */
final class YamlOutline {

  /** Settings are four levels deep; more is a file of something else, or refers to itself. */
  private static final int MAX_DEPTH = 8;

  /** Where a key stands and whether something stands behind it. */
  record Entry(int line, boolean hasValue) {}

  private final String fileName;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private YamlOutline(String fileName) {
    this.fileName = fileName;
  }

  /**
   * Reads the outline of a file.
   *
   * @param fileName name for messages
   * @param text the file's content
   */
  static YamlOutline of(String fileName, String text) {
    YamlOutline outline = new YamlOutline(fileName);
    outline.read(text);
    return outline;
  }

  /** Returns the name that messages use. */
  String fileName() {
    return fileName;
  }

  /** Returns the scalars and the empty sections by their keys, in the order of the file. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Returns what makes the file unreadable or ambiguous; if empty, its values can be read. */
  List<String> problems() {
    return problems;
  }

  /** Returns {@code file:line} of a key or of its list, or the file where the key is not in it. */
  String place(String key) {
    Entry entry = entries.getOrDefault(key, entries.get(key + "[0]"));
    return entry == null ? fileName : fileName + ":" + entry.line();
  }

  private void read(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setMergeOnCompose(true);
    try {
      Node root = new Yaml(options).compose(new StringReader(text));
      if (root instanceof MappingNode mapping) {
        section("", mapping, 1);
      } else if (root != null) {
        problems.add(fileName + " is not a file of keys and values");
      }
    } catch (MarkedYAMLException malformed) {
      // Its message quotes the file, which may hold secrets.
      String line =
          malformed.getProblemMark() == null
              ? fileName
              : fileName + ":" + (malformed.getProblemMark().getLine() + 1);
      problems.add(line + " is not YAML: " + malformed.getProblem());
    } catch (YAMLException malformed) {
      problems.add(fileName + " is not YAML: " + malformed.getMessage());
    }
  }

  private void section(String path, MappingNode mapping, int depth) {
    for (NodeTuple tuple : mapping.getValue()) {
      String name =
          tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "(not a name)";
      visit(
          path.isEmpty() ? name : path + "." + name,
          tuple.getKeyNode(),
          tuple.getValueNode(),
          depth);
    }
  }

  private void visit(String key, Node at, Node value, int depth) {
    if (depth > MAX_DEPTH) {
      problems.add(fileName + ":" + line(at) + " is nested too deeply");
      return;
    }
    switch (value) {
      case MappingNode mapping when !mapping.getValue().isEmpty() ->
          section(key, mapping, depth + 1);
      case SequenceNode sequence when !sequence.getValue().isEmpty() -> {
        List<Node> items = sequence.getValue();
        for (int i = 0; i < items.size(); i++) {
          visit(key + "[" + i + "]", items.get(i), items.get(i), depth + 1);
        }
      }
      default -> leaf(key, at, value);
    }
  }

  private void leaf(String key, Node at, Node value) {
    boolean hasValue = value instanceof ScalarNode && !value.getTag().equals(Tag.NULL);
    Entry earlier = entries.putIfAbsent(key, new Entry(line(at), hasValue));
    if (earlier != null) {
      problems.add(
          key
              + " is given twice ("
              + fileName
              + ":"
              + earlier.line()
              + " and "
              + fileName
              + ":"
              + line(at)
              + "); give it once");
    }
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
