package io.weir.deploy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the keys of a file that set nothing, and says what was probably meant. */
final class UnknownKeys {

  private UnknownKeys() {}

  /** Returns a sentence for every key that is not a setting, or is one without a value. */
  static List<String> problems(YamlOutline outline) {
    List<String> problems = new ArrayList<>();
    outline
        .entries()
        .forEach((key, entry) ->
            problemWith(key, entry)
                .ifPresent(
                    problem -> problems.add(key + " (" + outline.place(key) + ") " + problem)));
    return problems;
  }

  private static Optional<String> problemWith(String key, YamlOutline.Entry entry) {
    String general = key.replaceAll("\\[\\d+]", "[]");
    String below = below(general);
    if (isField(general) && general.endsWith("[]")) {
      return Optional.of("is in a list; allowed: " + Settings.FIELD_TYPES);
    }
    if (isSetting(general)) {
      return entry.hasValue()
          ? Optional.empty()
          : Optional.of("has no value; give it one, or leave the key out");
    }
    if (!below.isEmpty()) {
      return entry.hasValue()
          ? Optional.of("is a section; the settings in it are " + below)
          : Optional.empty();
    }
    return Optional.of("is not a setting; " + hint(general));
  }

  /** A list of texts is one value, its entries joined by commas. */
  private static boolean isSetting(String general) {
    String value = general.endsWith("[]") ? general.substring(0, general.length() - 2) : general;
    return (value.startsWith(Settings.KAFKA_PROPERTIES)
            && value.length() > Settings.KAFKA_PROPERTIES.length())
        || isField(general)
        || Settings.ALL.stream().anyMatch(setting -> setting.key().equals(value));
  }

  /** Whether it names a field of a collection. */
  private static boolean isField(String general) {
    return general.startsWith(Settings.COLLECTION_FIELDS.key() + ".");
  }

  private static String hint(String general) {
    List<String> keys = Settings.ALL.stream().map(Setting::key).toList();
    Optional<String> meant =
        Suggestion.of(general, keys)
            .or(() -> keys.stream().filter(key -> key.endsWith("." + general)).findFirst());
    return meant
        .map(key -> "did you mean " + key + "?")
        .orElseGet(() -> "the settings are " + nearestSection(general));
  }

  private static String nearestSection(String general) {
    String section = general;
    while (!section.isEmpty()) {
      section = section.substring(0, Math.max(section.lastIndexOf('.'), 0));
      String names = below(section);
      if (!names.isEmpty()) {
        return names;
      }
    }
    return Settings.ALL.stream().map(Setting::key).collect(Collectors.joining(", "));
  }

  /** Returns the keys below a section, empty if it is none. */
  private static String below(String section) {
    if ((section + ".").equals(Settings.KAFKA_PROPERTIES)) {
      return "the properties of Kafka clients";
    }
    return Settings.ALL.stream()
        .map(Setting::key)
        .filter(key -> key.startsWith(section + ".") || key.startsWith(section + "["))
        .collect(Collectors.joining(", "));
  }
}
