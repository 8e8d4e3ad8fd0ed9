package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.record.SourcePosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardProgressTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final ShardProgress progress = new ShardProgress(log(0, 10), START);

  @Test
  void isCaughtUpWithTheStartOnceItHasReachedTheEndOfThen() {
    assertFalse(progress.caughtUpWithStart(at(9)));
    assertTrue(progress.caughtUpWithStart(at(10)));
    progress.observe(after(1), log(0, 100), at(10), 0);
    assertTrue(progress.caughtUpWithStart(at(10)), "once is enough");
  }

  @Test
  void whatWasNeverFedHasNothingToCatchUpWithBelowTheLogsBeginning() {
    ShardProgress expired = new ShardProgress(log(10, 10), START);

    assertTrue(expired.caughtUpWithStart(Optional.empty()));
    assertEquals(0, expired.lag(Optional.empty()));
  }

  @Test
  void theTimeLagIsZeroWhileEverythingIsVisibleAndTheBrokersSaySo() {
    assertEquals(Optional.of(after(1)), progress.observe(after(1), log(0, 10), at(10), 0));

    assertEquals(Optional.of(Duration.ZERO), timeLag(after(2), at(10)));
    assertEquals(
        Optional.of(Duration.ofSeconds(60)),
        timeLag(after(61), at(10)),
        "nobody has told since what there is");
  }

  @Test
  void theTimeLagGrowsWhileTheShardStandsStill() {
    progress.observe(after(1), log(0, 10), at(10), 0);
    assertEquals(Optional.empty(), progress.observe(after(2), log(0, 11), at(10), 0));

    assertEquals(Optional.of(Duration.ofSeconds(1)), timeLag(after(2), at(10)));
    progress.observe(after(30), log(0, 11), at(10), 0);
    assertEquals(Optional.of(Duration.ofSeconds(29)), timeLag(after(30), at(10)));
  }

  @Test
  void underLoadItWasCaughtUpWithWhenTheEndThatItHasPassedWasTold() {
    assertEquals(Optional.empty(), progress.observe(after(1), log(0, 20), at(15), 0));
    assertEquals(Optional.empty(), progress.observe(after(2), log(0, 30), at(19), 0));
    assertEquals(Optional.of(after(1)), progress.observe(after(3), log(0, 40), at(25), 0));
    assertEquals(Optional.of(after(3)), progress.observe(after(4), log(0, 60), at(45), 0));
  }

  @Test
  void whatIsVisibleBoundsTheTimeLagOfABacklog() {
    progress.caughtUpBefore(Optional.of(START.minus(Duration.ofDays(1))));
    progress.observe(after(1), log(0, 10), at(5), 0);

    assertEquals(
        Optional.of(Duration.ofHours(1)),
        progress.timeLag(after(1), at(5), Optional.of(after(1).minus(Duration.ofHours(1)))));
    assertEquals(Optional.of(Duration.ofDays(1).plusSeconds(1)), timeLag(after(1), at(5)));
  }

  @Test
  void whatNobodyKnowsIsNotTold() {
    assertEquals(Optional.empty(), timeLag(after(1), at(5)));
  }

  @Test
  void theRateIsThatSinceTheLookBefore() {
    progress.observe(after(1), log(0, 10), at(1), 1_000);
    progress.observe(after(3), log(0, 10), at(5), 9_000);

    assertEquals(4_000, progress.bytesPerSecond());
  }

  @Test
  void openTransactionsAreToldApart() {
    assertEquals(7, new LogRange(0, 10, 17).uncommittedOffsets());
  }

  private Optional<Duration> timeLag(Instant now, Optional<SourcePosition> applied) {
    return progress.timeLag(now, applied, Optional.empty());
  }

  private static Instant after(int seconds) {
    return START.plusSeconds(seconds);
  }

  private static LogRange log(long beginning, long end) {
    return new LogRange(beginning, end, end);
  }

  private static Optional<SourcePosition> at(long offset) {
    return Optional.of(new SourcePosition(offset, 0));
  }
}
