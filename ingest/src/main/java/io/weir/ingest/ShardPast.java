package io.weir.ingest;

import io.weir.ingest.flow.EarlierReading;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a shard has done, and goes on doing, with the log that it is rebuilt from.
 *
 * <p>A position passes a rejected record when that is disposed of. A record below it is the one
 * that was met there unless the log has been cut since: then its leader epoch is a later one than
 * that of the last record that was read.
 */
final class ShardPast implements EarlierReading {
  private final Supplier<Optional<SourcePosition>> applied;
  private final Supplier<List<Gap>> gaps;
  private final BooleanSupplier reading;

  /**
   * Asks each time that it is asked.
   *
   * @param reading whether the shard reads on
   */
  ShardPast(
      Supplier<Optional<SourcePosition>> applied,
      Supplier<List<Gap>> gaps,
      BooleanSupplier reading) {
    this.applied = applied;
    this.gaps = gaps;
    this.reading = reading;
  }

  @Override
  public Fate fate(long offset, int leaderEpoch) {
    Optional<Gap> gap = gapAt(offset);
    if (gap.isPresent()) {
      return new Fate.GivenUp(gap.get());
    }
    // Before the position: what stops is not further on than its position says.
    boolean readsOn = reading.getAsBoolean();
    Optional<SourcePosition> position = applied.get();
    boolean behind = position.isPresent() && offset < position.get().nextOffset();
    if (behind) {
      return leaderEpoch <= position.get().leaderEpoch() ? new Fate.Passed() : new Fate.Unmet();
    }
    return readsOn ? new Fate.StillToCome() : new Fate.Unmet();
  }

  @Override
  public Optional<Gap> gapAt(long offset) {
    return gaps.get().stream()
        .filter(gap -> gap.fromOffset() <= offset && offset < gap.nextOffset())
        .findFirst();
  }
}
