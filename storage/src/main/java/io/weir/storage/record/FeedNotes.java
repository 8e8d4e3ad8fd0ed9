package io.weir.storage.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What whoever feeds a shard has noted about its feed, beside the position.
 *
 * @param caughtUpAt when the shard last had everything that its partition of the log held, in whole
 *     milliseconds; the rest is cut off
 * @param topicPartitions how many partitions the topic had: with another number, keys lie elsewhere
 * @param gaps offsets that are missing and accepted as such, lowest first, at most {@link
 *     #MAX_GAPS}
 */
public record FeedNotes(Optional<Instant> caughtUpAt, OptionalInt topicPartitions, List<Gap> gaps) {

  /** So many gaps are kept apart; with more, the two oldest become one that spans both. */
  public static final int MAX_GAPS = 1_000;

  /** Nothing noted. */
  public static final FeedNotes NONE =
      new FeedNotes(Optional.empty(), OptionalInt.empty(), List.of());

  /** Copies the gaps and checks that they follow one another. */
  public FeedNotes {
    caughtUpAt = caughtUpAt.map(at -> Instant.ofEpochMilli(at.toEpochMilli()));
    gaps = List.copyOf(gaps);
    if (topicPartitions.isPresent() && topicPartitions.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "a topic of " + topicPartitions.getAsInt() + " partitions");
    }
    if (gaps.size() > MAX_GAPS) {
      throw new IllegalArgumentException(gaps.size() + " gaps; allowed are " + MAX_GAPS);
    }
    for (int i = 1; i < gaps.size(); i++) {
      if (gaps.get(i).fromOffset() < gaps.get(i - 1).nextOffset()) {
        throw new IllegalArgumentException(gaps.get(i) + " is not behind " + gaps.get(i - 1));
      }
    }
  }

  /** Returns these notes with another time; an earlier one, too: clocks are set back. */
  public FeedNotes withCaughtUpAt(Instant at) {
    return new FeedNotes(Optional.of(at), topicPartitions, gaps);
  }

  /** Returns these notes with another number of partitions, at least 1. */
  public FeedNotes withTopicPartitions(int count) {
    return new FeedNotes(caughtUpAt, OptionalInt.of(count), gaps);
  }

  /** Returns these notes with a gap behind all others. */
  public FeedNotes withGap(Gap gap) {
    List<Gap> more = new ArrayList<>(gaps);
    more.add(gap);
    if (more.size() > MAX_GAPS) {
      Gap first = more.removeFirst();
      Gap second = more.removeFirst();
      more.addFirst(
          new Gap(first.fromOffset(), second.nextOffset(), second.acceptedAt(), second.reason()));
    }
    return new FeedNotes(caughtUpAt, topicPartitions, more);
  }
}
