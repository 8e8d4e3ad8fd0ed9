package io.weir.ingest.flow;

import io.weir.storage.record.Gap;
import java.util.Optional;

/**
 * What another reading of the same log does, or has done, with records that cannot be taken in: so
 * that a shard that is read again does not send their dead letters again, nor stops where somebody
 * has said that it goes on.
 *
 * <p><b>Threads:</b> any.
 */
public interface EarlierReading {

  /** There was none. */
  EarlierReading NONE =
      new EarlierReading() {
        @Override
        public Fate fate(long offset, int leaderEpoch) {
          return new Fate.Unmet();
        }

        @Override
        public Optional<Gap> gapAt(long offset) {
          return Optional.empty();
        }
      };

  /** What has become of a rejected record. */
  sealed interface Fate {
    /** Nothing: whoever meets it disposes of it. */
    record Unmet() implements Fate {}

    /** It was disposed of as rejected records are: its letter has been acknowledged. */
    record Passed() implements Fate {}

    /**
     * It was left out, unread or rejected, because somebody said so.
     *
     * @param gap the offsets that were left out
     */
    record GivenUp(Gap gap) implements Fate {}

    /** The other reading has not come to it yet, and will dispose of it. */
    record StillToCome() implements Fate {}
  }

  /** Says what has become of a record that is rejected. */
  Fate fate(long offset, int leaderEpoch);

  /** The offsets that were left out with this one, if it was. */
  Optional<Gap> gapAt(long offset);
}
