package io.weir.deploy.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns texts into values and notes what cannot be. */
final class SettingReader {

  /** A longer value is cut where a message shows it. */
  private static final int MAX_SHOWN_CHARS = 100;

  private final LayeredSettings settings;
  private final String wayToSet;
  private final List<String> problems = new ArrayList<>();

  /**
   * Reads from these texts.
   *
   * @param wayToSet what to tell somebody who has to set a key
   */
  SettingReader(LayeredSettings settings, String wayToSet) {
    this.settings = settings;
    this.wayToSet = wayToSet;
  }

  /** Returns the texts. */
  LayeredSettings settings() {
    return settings;
  }

  /** Returns what has been noted. */
  List<String> problems() {
    return problems;
  }

  /** Notes a problem that values have with each other. */
  void note(String problem) {
    problems.add(problem);
  }

  /** Notes that a key is not given but has to be. */
  void noteMissing(String key, String waysToSet, String allowed) {
    note(key + " is missing; " + waysToSet + "; allowed: " + allowed);
  }

  /** Notes that a key has a value that it cannot take. */
  void noteBad(String key, LayeredSettings.Text text, String reason) {
    note(key + " is " + quoted(key, text.text()) + " (" + text.place() + ")" + reason);
  }

  /** Returns what to tell somebody who has to set a key. */
  String wayToSet() {
    return wayToSet;
  }

  /**
   * Returns the value of a setting, its default where it is not given. Nothing comes back where
   * there is no default or the value is not allowed; the latter, and a required one that is
   * missing, is noted.
   */
  <T> Optional<T> value(Setting<T> setting) {
    Optional<LayeredSettings.Text> given = settings.text(setting.key());
    if (given.isPresent()) {
      Optional<T> value = setting.parser().apply(given.get().text());
      if (value.isEmpty()) {
        noteBad(setting.key(), given.get(), "; allowed: " + setting.allowed());
      }
      return value;
    }
    return switch (setting.need()) {
      case Setting.Need.Default(String text) -> setting.parser().apply(text);
      case Setting.Need.Optionally _ -> Optional.empty();
      case Setting.Need.Required() -> {
        String variable = EnvironmentVariables.nameOf(setting.key());
        noteMissing(setting.key(), wayToSet + " or as " + variable, setting.allowed());
        yield Optional.empty();
      }
    };
  }

  private static String quoted(String key, String value) {
    String shown = Secrets.shown(key, value).replaceAll("\\p{Cntrl}", "?");
    return shown.length() > MAX_SHOWN_CHARS
        ? '"' + shown.substring(0, MAX_SHOWN_CHARS) + "...\""
        : '"' + shown + '"';
  }
}
