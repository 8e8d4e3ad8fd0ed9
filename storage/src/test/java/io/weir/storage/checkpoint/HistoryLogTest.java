package io.weir.storage.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistoryLogTest {
  private static final HistoryLimits TEN_MINUTES = new HistoryLimits(0, Duration.ofMinutes(10));
  private static final long MINUTE = 60_000;

  /** A checkpoint each minute, a hundred offsets a minute. */
  private static HistoryLog after(int minutes, HistoryLimits limits) {
    HistoryLog log = HistoryLog.EMPTY;
    for (int minute = 0; minute <= minutes; minute++) {
      log = log.noted(limits, minute * MINUTE, 100L * minute);
    }
    return log;
  }

  @Test
  void withoutLimitsEverythingBelowThePositionMayGo() {
    assertEquals(700, HistoryLog.EMPTY.horizon(HistoryLimits.NONE, 0, 700));
  }

  @Test
  void offsetsAreCountedBackFromThePosition() {
    HistoryLimits limits = new HistoryLimits(50, Duration.ZERO);
    assertEquals(650, HistoryLog.EMPTY.horizon(limits, 0, 700));
    assertEquals(0, HistoryLog.EMPTY.horizon(limits, 0, 30));
  }

  @Test
  void timeKeepsWhatWasReplacedSinceThen() {
    HistoryLog log = after(30, TEN_MINUTES);
    assertEquals(2_000, log.horizon(TEN_MINUTES, 30 * MINUTE, 3_000));
    assertEquals(2_500, log.horizon(TEN_MINUTES, 35 * MINUTE, 3_000));
    assertEquals(3_000, log.horizon(TEN_MINUTES, 60 * MINUTE, 3_000));
  }

  @Test
  void nothingGoesBeforeTheTimeHasPassedOnce() {
    assertEquals(0, after(9, TEN_MINUTES).horizon(TEN_MINUTES, 9 * MINUTE, 900));
  }

  @Test
  void ofTwoLimitsTheLongerOneCounts() {
    HistoryLog log = after(30, TEN_MINUTES);
    HistoryLimits both = new HistoryLimits(2_500, Duration.ofMinutes(10));
    assertEquals(500, log.horizon(both, 30 * MINUTE, 3_000));
    assertEquals(2_000, log.horizon(new HistoryLimits(10, both.time()), 30 * MINUTE, 3_000));
  }

  @Test
  void notesStayFewHoweverOftenPositionsAreNoted() {
    HistoryLog log = HistoryLog.EMPTY;
    for (int second = 0; second < 10_000; second++) {
      log = log.noted(TEN_MINUTES, second * 1_000L, second);
    }
    assertTrue(log.notes().size() <= 70, log.notes().size() + " notes");
    long horizon = log.horizon(TEN_MINUTES, 9_999_000L, 10_000);
    assertTrue(horizon > 9_370 && horizon <= 9_399, horizon + " is not ten minutes ago");
  }

  @Test
  void aClockThatIsSetBackForgetsWhatItNotedLater() {
    HistoryLog log = after(30, TEN_MINUTES).noted(TEN_MINUTES, 5 * MINUTE, 3_100);
    assertTrue(log.notes().stream().allMatch(note -> note.millis() <= 5 * MINUTE));
  }

  @Test
  void theFloorOnlyRises() {
    assertEquals(9, HistoryLog.EMPTY.raised(9).raised(4).floor());
  }
}
