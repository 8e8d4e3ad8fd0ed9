package io.weir.api;

import java.time.Duration;

/**
 * How many clients may watch, and what each may keep waiting.
 *
 * @param watchers clients at a time, at least 1; further ones are refused with 503
 * @param queueEvents events that wait for a client to take them, at least 1; further ones are read
 *     from the store again
 * @param queueBytes bytes of these events, at least 1; a larger event waits alone
 * @param maxLag records that a client that does not take its events may fall behind by, at least 1,
 *     before it is disconnected
 * @param maxStall longest time in which a client takes nothing of what waits for it
 * @param resume how long after an event a client can come back and go on behind it, whatever is
 *     checkpointed and merged meanwhile; as long as the process lives
 * @param heartbeat time between two signs of life in a stream without events
 * @param endPatience longest time that a client has to take its last event
 */
public record WatchSettings(
    int watchers,
    int queueEvents,
    int queueBytes,
    long maxLag,
    Duration maxStall,
    Duration resume,
    Duration heartbeat,
    Duration endPatience) {

  /** Checks the ranges. */
  public WatchSettings {
    if (watchers < 1 || queueEvents < 1 || queueBytes < 1 || maxLag < 1) {
      throw new IllegalArgumentException(
          "watchers are "
              + watchers
              + ", events that wait "
              + queueEvents
              + ", their bytes "
              + queueBytes
              + ", records behind "
              + maxLag
              + "; allowed are 1 and more");
    }
    if (!maxStall.isPositive()
        || !resume.isPositive()
        || !heartbeat.isPositive()
        || !endPatience.isPositive()) {
      throw new IllegalArgumentException(
          "times of watchers are "
              + maxStall
              + ", "
              + resume
              + ", "
              + heartbeat
              + " and "
              + endPatience
              + "; allowed are times above zero");
    }
  }

  /**
   * 1,000 watchers; 1,024 events and 128 KiB that wait for each; 100,000 records and a minute that
   * it may be behind; a minute to come back; a heartbeat each 15 seconds, and 10 seconds for the
   * last event.
   */
  public static WatchSettings defaults() {
    return new WatchSettings(
        1_000,
        1_024,
        128 << 10,
        100_000,
        Duration.ofMinutes(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(15),
        Duration.ofSeconds(10));
  }

  /** Returns these settings with another number of watchers. */
  public WatchSettings withWatchers(int most) {
    return new WatchSettings(
        most, queueEvents, queueBytes, maxLag, maxStall, resume, heartbeat, endPatience);
  }

  /** Returns these settings with another number of records that a client may be behind by. */
  public WatchSettings withMaxLag(long records) {
    return new WatchSettings(
        watchers, queueEvents, queueBytes, records, maxStall, resume, heartbeat, endPatience);
  }

  /** Returns these settings with another time to come back. */
  public WatchSettings withResume(Duration time) {
    return new WatchSettings(
        watchers, queueEvents, queueBytes, maxLag, maxStall, time, heartbeat, endPatience);
  }
}
