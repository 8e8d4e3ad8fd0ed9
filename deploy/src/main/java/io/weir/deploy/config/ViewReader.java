package io.weir.deploy.config;

import java.time.Duration;
import java.util.Optional;

/** Reads what clients may hold. */
final class ViewReader {
  private final SettingReader reader;

  ViewReader(SettingReader reader) {
    this.reader = reader;
  }

  /** Returns the limits; nothing where one of them is wrong, which is noted. */
  Optional<ViewConfig> read() {
    Optional<Integer> cursors = reader.value(Settings.CURSORS_LIMIT);
    Optional<Duration> idleTime = reader.value(Settings.CURSORS_IDLE_TIME);
    Optional<Duration> cursorAge = reader.value(Settings.CURSORS_MAX_AGE);
    Optional<Integer> exports = reader.value(Settings.EXPORTS_LIMIT);
    Optional<Duration> exportAge = reader.value(Settings.EXPORTS_MAX_AGE);
    if (cursors.isEmpty()
        || idleTime.isEmpty()
        || cursorAge.isEmpty()
        || exports.isEmpty()
        || exportAge.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ViewConfig(
            cursors.get(), idleTime.get(), cursorAge.get(), exports.get(), exportAge.get()));
  }
}
