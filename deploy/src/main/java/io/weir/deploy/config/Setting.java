package io.weir.deploy.config;

import java.util.Optional;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param key the key, its sections joined by dots; {@code []} stands for an index
 * @param need what holds where it is not given
 * @param allowed the values that it takes, as a phrase for messages and for the manual
 * @param parser returns the value of a text, or nothing if the text is not allowed
 */
record Setting<T>(String key, Need need, String allowed, Function<String, Optional<T>> parser) {

  /** What holds where a key is not given. */
  sealed interface Need {
    /** The start is refused. */
    record Required() implements Need {}

    /** This value holds. */
    record Default(String text) implements Need {}

    /** Something else holds, as the phrase says. */
    record Optionally(String otherwise) implements Need {}
  }

  static <T> Setting<T> required(String key, String allowed, Function<String, Optional<T>> parser) {
    return new Setting<>(key, new Need.Required(), allowed, parser);
  }

  static <T> Setting<T> withDefault(
      String key, String text, String allowed, Function<String, Optional<T>> parser) {
    return new Setting<>(key, new Need.Default(text), allowed, parser);
  }

  static <T> Setting<T> optional(
      String key, String otherwise, String allowed, Function<String, Optional<T>> parser) {
    return new Setting<>(key, new Need.Optionally(otherwise), allowed, parser);
  }

  /** Returns this setting for one entry of a list: the first {@code []} becomes the index. */
  Setting<T> at(int index) {
    return new Setting<>(key.replace("[]", "[" + index + "]"), need, allowed, parser);
  }
}
