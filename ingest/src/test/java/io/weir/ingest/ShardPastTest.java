package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.ingest.flow.EarlierReading.Fate;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardPastTest {
  private static final int EPOCH = 5;

  private Optional<SourcePosition> applied = Optional.of(new SourcePosition(10, EPOCH));
  private List<Gap> gaps = List.of();
  private boolean reading;
  private final ShardPast past = new ShardPast(() -> applied, () -> gaps, () -> reading);

  @Test
  void whatIsBelowThePositionWasPassed() {
    assertEquals(new Fate.Passed(), past.fate(9, EPOCH));
    assertEquals(new Fate.Passed(), past.fate(9, EPOCH - 1));
  }

  @Test
  void aLaterEpochBelowThePositionIsOfALogThatWasCut() {
    reading = true;

    assertEquals(new Fate.Unmet(), past.fate(9, EPOCH + 1));
  }

  @Test
  void whatIsAheadIsLeftToTheShardOnlyWhileItReads() {
    assertEquals(new Fate.Unmet(), past.fate(10, EPOCH));

    reading = true;

    assertEquals(new Fate.StillToCome(), past.fate(10, EPOCH));
  }

  @Test
  void aShardThatWasNeverFedHasMetNothing() {
    applied = Optional.empty();

    assertEquals(new Fate.Unmet(), past.fate(0, EPOCH));
  }

  @Test
  void aGapGoesBeforeThePosition() {
    Gap gap = new Gap(3, 5, Instant.EPOCH, "operator: record-rejected");
    gaps = List.of(new Gap(0, 1, Instant.EPOCH, "operator: log-truncated"), gap);

    assertEquals(new Fate.GivenUp(gap), past.fate(3, EPOCH));
    assertEquals(new Fate.GivenUp(gap), past.fate(4, EPOCH));
    assertEquals(new Fate.Passed(), past.fate(5, EPOCH));
    assertEquals(Optional.empty(), past.gapAt(2));
  }
}
