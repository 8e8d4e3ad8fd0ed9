package io.weir.deploy.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts of all settings: a file's, where no variable of the environment says otherwise. */
final class LayeredSettings {

  private final SmallRyeConfig config;
  private final YamlOutline outline;
  private final EnvironmentVariables environment;

  /**
   * Lays the environment over a file.
   *
   * @param text the file's content; its outline has no problems
   */
  LayeredSettings(YamlOutline outline, String text, EnvironmentVariables environment) {
    this.outline = outline;
    this.environment = environment;
    // The library quotes names with dots (kafka.properties."security.protocol"); people need not.
    Map<String, String> fileValues = new HashMap<>();
    new YamlConfigSource(outline.fileName(), text)
        .getProperties()
        .forEach((key, value) -> fileValues.put(key.replace("\"", ""), value));
    this.config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(
                    fileValues, outline.fileName(), YamlConfigSource.ORDINAL),
                new EnvConfigSource(environment.known(), EnvConfigSource.ORDINAL))
            .build();
  }

  /** A setting's text and where it stands, {@code file:line} or the variable. */
  record Text(String text, String place) {}

  /** Returns the text of a key, if it is given. */
  Optional<Text> text(String key) {
    ConfigValue value = config.getConfigValue(key);
    if (value.getValue() == null) {
      return Optional.empty();
    }
    boolean fromEnvironment = value.getConfigSourceOrdinal() == EnvConfigSource.ORDINAL;
    return Optional.of(
        new Text(
            value.getValue().strip(),
            fromEnvironment ? EnvironmentVariables.nameOf(key) : outline.place(key)));
  }

  /** Returns the indices of the entries of a list that anything is said about. */
  SortedSet<Integer> indices(String list) {
    SortedSet<Integer> indices = environment.indices(list);
    Pattern index = Pattern.compile(Pattern.quote(list) + "\\[(\\d{1,9})]\\.");
    for (String key : outline.entries().keySet()) {
      Matcher matcher = index.matcher(key);
      if (matcher.lookingAt()) {
        indices.add(Integer.parseInt(key, matcher.start(1), matcher.end(1), 10));
      }
    }
    return indices;
  }

  /**
   * Returns what the keys of the file that are below a section, and have a value, have behind its
   * name, in their order.
   */
  List<String> namesBelow(String section) {
    String prefix = section + ".";
    return outline.entries().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue().hasValue())
        .map(entry -> entry.getKey().substring(prefix.length()))
        .toList();
  }

  /** Returns the names of the Kafka properties, as Kafka writes them. */
  Set<String> kafkaProperties() {
    Set<String> names = new LinkedHashSet<>();
    for (String key : outline.entries().keySet()) {
      if (key.startsWith(Settings.KAFKA_PROPERTIES)) {
        names.add(key.substring(Settings.KAFKA_PROPERTIES.length()).replaceFirst("\\[\\d+]$", ""));
      }
    }
    names.addAll(environment.kafkaProperties());
    return names;
  }
}
