package io.weir.deploy.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A metric: what kind it is, and its labels with the values that were seen.
 *
 * @param kind {@code gauge}, {@code counter}, {@code summary} or {@code histogram}
 * @param values of each label; none where only a manual tells of it
 */
record MetricFamily(String kind, Map<String, Set<String>> values) {

  static final Path MANUAL = Path.of("OBSERVABILITY.md");

  /** Parts of a histogram, and how a family's samples are named beside the family. */
  private static final Set<String> PARTS = Set.of("", "_bucket", "_count", "_sum");

  /** {@code | `name` | kind | `label`, `label` | meaning |}. */
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z][a-z0-9_]+)` \\| ([a-z]+) \\|([^|]*)\\|[^|]*\\|");

  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-z][a-zA-Z0-9_]*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  Set<String> labels() {
    return values.keySet();
  }

  /** Whether the manual and a scrape mean the same. */
  boolean isLike(MetricFamily other) {
    return kind.equals(other.kind) && labels().equals(other.labels());
  }

  /** The families that a section of the manual lists, by name. */
  static Map<String, MetricFamily> documented(String heading) throws IOException {
    Map<String, MetricFamily> families = new TreeMap<>();
    boolean inSection = false;
    for (String line : Files.readAllLines(MANUAL)) {
      if (line.startsWith("#")) {
        boolean subsection = line.startsWith("### ") && !line.equals("### May be missing");
        inSection = line.equals(heading) || (inSection && subsection);
      }
      Matcher row = ROW.matcher(line);
      if (inSection && row.matches()) {
        Map<String, Set<String>> labels = new TreeMap<>();
        Matcher label = Pattern.compile("`([a-z_]+)`").matcher(group(row, 3));
        while (label.find()) {
          labels.put(group(label, 1), new TreeSet<>());
        }
        families.put(group(row, 1), new MetricFamily(group(row, 2), labels));
      }
    }
    return families;
  }

  /** The families of a scrape, by name. */
  static Map<String, MetricFamily> scraped(String scrape) {
    Map<String, MetricFamily> families = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        families.put(group(type, 1), new MetricFamily(group(type, 2), new TreeMap<>()));
      } else if (!line.startsWith("#") && sample.matches()) {
        MetricFamily family =
            PARTS.stream()
                .filter(part -> group(sample, 1).endsWith(part))
                .map(part ->
                    families.get(
                        group(sample, 1).substring(0, group(sample, 1).length() - part.length())))
                .filter(found -> found != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no type before " + line));
        Matcher label = LABEL.matcher(group(sample, 2));
        while (label.find()) {
          family.values.computeIfAbsent(group(label, 1), _ -> new TreeSet<>()).add(group(label, 2));
        }
        family.values.remove("le");
      }
    }
    return families;
  }

  /** A part of a match; empty where it is left out. */
  static String group(Matcher matcher, int number) {
    return Objects.requireNonNullElse(matcher.group(number), "");
  }
}
