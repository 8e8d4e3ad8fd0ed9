package io.weir.deploy.config;

import io.smallrye.config.common.utils.StringUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of the environment that is meant for Weir: the variables that start with {@code WEIR_}.
 *
 * <p>A variable is named as SmallRye Config names it: the key in capitals, everything but letters
 * and digits replaced by {@code _}, so that {@code collections[0].topic} is {@code
 * WEIR_COLLECTIONS_0__TOPIC}. An empty variable counts as not set.
 */
final class EnvironmentVariables {

  private static final String PREFIX = "WEIR_";

  /** What the launcher reads. */
  private static final Set<String> LAUNCHER = Set.of("WEIR_JAVA_OPTS", "WEIR_JAVA_HOME");

  /** What Kubernetes sets in every pod beside a service that is named weir. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "WEIR_(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)");

  private static final Pattern INDEX = Pattern.compile("(?:COLLECTIONS|HTTP_KEYS)_(\\d{1,9})_");

  /** The name of a field, which may have small letters and underscores, cannot be part of one. */
  private static final Pattern FIELD = Pattern.compile("(COLLECTIONS_\\d{1,9}__FIELDS)_");

  private final SortedMap<String, String> valuesByName = new TreeMap<>();

  /**
   * Picks Weir's variables.
   *
   * @param environment names and values, as from {@link System#getenv()}
   */
  EnvironmentVariables(Map<String, String> environment) {
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX)
          && !value.isBlank()
          && !LAUNCHER.contains(name)
          && !SERVICE_LINK.matcher(name).matches()) {
        valuesByName.put(name.substring(PREFIX.length()), value);
      }
    });
  }

  /** Returns the variable that sets a key. */
  static String nameOf(String key) {
    return PREFIX + plainNameOf(key);
  }

  /** Returns the variables that set a key, without their prefix, and their values. */
  Map<String, String> known() {
    SortedMap<String, String> known = new TreeMap<>(valuesByName);
    known.keySet().removeIf(name -> !isKnown(name));
    return known;
  }

  /** Returns a sentence for every variable that sets nothing. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String name : valuesByName.keySet()) {
      if (!isKnown(name)) {
        String meant =
            Optional.of(FIELD.matcher(name))
                .filter(Matcher::lookingAt)
                .map(field ->
                    "; set all fields in "
                        + PREFIX
                        + field.group(1)
                        + ": lang: keyword, year: long")
                .or(() ->
                    Suggestion.of(name, candidatesFor(name))
                        .map(candidate -> "; did you mean " + PREFIX + candidate + "?"))
                .orElse("; unset it, or see deploy/README.md for the names");
        problems.add(PREFIX + name + " (environment) is not a setting" + meant);
      }
    }
    return problems;
  }

  /** Returns the indices of the entries of a list that variables say something about. */
  SortedSet<Integer> indices(String list) {
    SortedSet<Integer> indices = new TreeSet<>();
    String prefix = plainNameOf(list) + "_";
    for (String name : known().keySet()) {
      Matcher matcher = INDEX.matcher(name);
      if (name.startsWith(prefix) && matcher.lookingAt()) {
        indices.add(Integer.parseInt(name, matcher.start(1), matcher.end(1), 10));
      }
    }
    return indices;
  }

  /** Returns the names of the Kafka properties that variables set, as Kafka writes them. */
  List<String> kafkaProperties() {
    String prefix = plainNameOf(Settings.KAFKA_PROPERTIES);
    return known().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', '.'))
        .toList();
  }

  private static boolean isKnown(String name) {
    String kafka = plainNameOf(Settings.KAFKA_PROPERTIES);
    return (name.startsWith(kafka) && name.length() > kafka.length())
        || candidatesFor(name).contains(name);
  }

  /** Returns the names of all settings; those of a list for the index that the name has. */
  private static List<String> candidatesFor(String name) {
    Matcher matcher = INDEX.matcher(name);
    int index =
        matcher.lookingAt() ? Integer.parseInt(name, matcher.start(1), matcher.end(1), 10) : 0;
    return Settings.ALL.stream().map(setting -> plainNameOf(setting.at(index).key())).toList();
  }

  private static String plainNameOf(String key) {
    return StringUtil.replaceNonAlphanumericByUnderscores(key).toUpperCase(Locale.ROOT);
  }
}
