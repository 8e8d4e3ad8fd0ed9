package io.weir.deploy.config;

import io.weir.storage.CheckpointSchedule;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;

/** Reads when checkpoints come by themselves: at an interval, or at the times of a crontab. */
final class CheckpointReader {
  private final SettingReader reader;

  CheckpointReader(SettingReader reader) {
    this.reader = reader;
  }

  /** Returns the schedule; nothing where that is wrong, which is noted. */
  Optional<CheckpointSchedule> read() {
    Optional<Duration> interval = reader.value(Settings.CHECKPOINT_INTERVAL);
    Optional<ZoneId> zone = reader.value(Settings.CHECKPOINT_ZONE);
    Optional<LayeredSettings.Text> cron = given(Settings.CHECKPOINT_CRON);
    if (cron.isEmpty()) {
      given(Settings.CHECKPOINT_ZONE)
          .ifPresent(text ->
              reader.noteBad(
                  Settings.CHECKPOINT_ZONE.key(),
                  text,
                  "; allowed: only with " + Settings.CHECKPOINT_CRON.key()));
      return interval.map(CheckpointReader::every);
    }
    given(Settings.CHECKPOINT_INTERVAL)
        .ifPresent(text ->
            reader.noteBad(
                Settings.CHECKPOINT_INTERVAL.key(),
                text,
                ", and there is a "
                    + Settings.CHECKPOINT_CRON.key()
                    + ", too; allowed: one of them"));
    return zone.flatMap(where -> cron(cron.get(), where));
  }

  private Optional<LayeredSettings.Text> given(Setting<?> setting) {
    return reader.settings().text(setting.key());
  }

  private static CheckpointSchedule every(Duration interval) {
    return interval.isZero() ? CheckpointSchedule.never() : CheckpointSchedule.every(interval);
  }

  private Optional<CheckpointSchedule> cron(LayeredSettings.Text text, ZoneId zone) {
    try {
      return Optional.of(new CronSchedule(text.text(), zone));
    } catch (IllegalArgumentException e) {
      Setting<String> setting = Settings.CHECKPOINT_CRON;
      reader.noteBad(
          setting.key(), text, ": " + e.getMessage() + "; allowed: " + setting.allowed());
      return Optional.empty();
    }
  }
}
