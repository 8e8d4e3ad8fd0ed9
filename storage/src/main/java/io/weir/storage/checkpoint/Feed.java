package io.weir.storage.checkpoint;

import io.weir.storage.record.FeedNotes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What a shard remembers of what feeds it, beside how far that has come.
 *
 * @param topicId the incarnation of the topic that the rows came from, once known
 * @param notes what the feeder has noted
 */
public record Feed(Optional<UUID> topicId, FeedNotes notes) {

  /** Of a shard that has never been fed. */
  public static final Feed NONE = new Feed(Optional.empty(), FeedNotes.NONE);

  /**
   * A shard to which nothing comes writes one manifest in so much time, to say that it is caught up
   * still. It may be found that much too old after a crash.
   */
  static final Duration CAUGHT_UP_WORTH_WRITING = Duration.ofMinutes(10);

  /** Returns this feed with a topic. */
  public Feed withTopicId(UUID id) {
    return new Feed(Optional.of(id), notes);
  }

  /** Returns this feed with other notes. */
  public Feed withNotes(FeedNotes other) {
    return new Feed(topicId, other);
  }

  /** Whether a newer state, compared with this durable one, is worth a manifest of its own. */
  boolean isBehind(Feed newer, Instant now) {
    return !topicId.equals(newer.topicId)
        || !notes.topicPartitions().equals(newer.notes.topicPartitions())
        || !notes.gaps().equals(newer.notes.gaps())
        || (!notes.caughtUpAt().equals(newer.notes.caughtUpAt()) && isCaughtUpOld(now));
  }

  /** A time that is still to come is wrong, and goes as well: a clock has been set back. */
  private boolean isCaughtUpOld(Instant now) {
    return notes
        .caughtUpAt()
        .map(at -> Duration.between(at, now))
        .map(age -> age.isNegative() || age.compareTo(CAUGHT_UP_WORTH_WRITING) > 0)
        .orElse(true);
  }
}
