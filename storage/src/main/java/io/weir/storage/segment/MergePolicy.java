package io.weir.storage.segment;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which segments of a shard to merge next, or to rewrite without their dead rows.
 *
 * <p>In this order: (1) the segment with the largest share of droppable rows, if that share is
 * above the limit; (2) a full tail of small chunks, which becomes one chunk; (3) adjacent small
 * segments of about the same size, {@link #FAN_IN} or more, which become one of the next tier. A
 * tier's segments are up to eight times as large as those of the tier below, so each row is copied
 * once a tier: log8(segment size / size of a full tail) times at most. Only neighbours are merged:
 * segments stay in the order of their rows' offsets.
 *
 * <p>Source: size-tiered compaction as in Apache Cassandra and in RocksDB's universal style, kept
 * to neighbours.
 *
 * @param deadShare rewrite a segment when more than this share of its rows can be dropped, 0..1
 * @param thorough do what a caller asked for, worth it or not: small segments are merged however
 *     few there are, and the tail too
 * @param barred numbers of segments to leave alone: a merge of them has failed just now, or would
 *     lose their columns
 */
public record MergePolicy(double deadShare, boolean thorough, Set<Long> barred) {
  private static final int FAN_IN = 8;

  /** A merge takes some 12 bytes of heap a row while it runs, the new key index among them. */
  private static final long MAX_ROWS = 1 << 24;

  /** In the background, fewer droppable bytes are not worth a commit. */
  private static final long MIN_DEAD_BYTES = 1 << 20;

  /**
   * What is to be known of a segment.
   *
   * @param segment its number
   * @param bytes its committed length
   * @param rows its rows
   * @param droppable rows of them that can be dropped
   * @param chunks its chunks
   * @param open whether the next checkpoint may append to it
   */
  record Candidate(long segment, long bytes, long rows, long droppable, int chunks, boolean open) {
    double droppableShare() {
      return (double) droppable / rows;
    }

    long keptBytes() {
      return (long) (bytes * (1 - droppableShare()));
    }
  }

  /** Segments {@code from} to {@code to}, the latter not included. */
  record Run(int from, int to) {}

  /** Returns this policy, with more segments to leave alone. */
  public MergePolicy barring(Set<Long> segments) {
    Set<Long> all = new HashSet<>(barred);
    all.addAll(segments);
    return new MergePolicy(deadShare, thorough, Set.copyOf(all));
  }

  /** Returns the segments to merge next, if any. */
  Optional<Run> choose(List<Candidate> segments, long segmentBytes) {
    return mostDead(segments)
        .or(() -> fullTail(segments, segmentBytes))
        .or(() -> neighbours(segments, segmentBytes));
  }

  private Optional<Run> mostDead(List<Candidate> segments) {
    int most = -1;
    for (int i = 0; i < segments.size(); i++) {
      Candidate segment = segments.get(i);
      if (isBarred(segment)) {
        continue;
      }
      boolean enough = thorough || segment.bytes() - segment.keptBytes() >= MIN_DEAD_BYTES;
      if (enough
          && segment.droppableShare() > deadShare
          && (most < 0 || segment.droppableShare() > segments.get(most).droppableShare())) {
        most = i;
      }
    }
    return most < 0 ? Optional.empty() : Optional.of(new Run(most, most + 1));
  }

  private boolean isBarred(Candidate segment) {
    return barred.contains(segment.segment());
  }

  private boolean mayTake(Candidate segment) {
    return !isBarred(segment) && (thorough || !segment.open());
  }

  private Optional<Run> fullTail(List<Candidate> segments, long segmentBytes) {
    for (int i = 0; i < segments.size(); i++) {
      Candidate segment = segments.get(i);
      boolean small =
          segment.bytes() / segment.chunks() < segmentBytes / SegmentFile.MAX_TAIL_CHUNKS;
      if (segment.chunks() > 1 && small && mayTake(segment)) {
        return Optional.of(new Run(i, i + 1));
      }
    }
    return Optional.empty();
  }

  private Optional<Run> neighbours(List<Candidate> segments, long segmentBytes) {
    // A segment of half the size is as large as it needs to be.
    long largest = segmentBytes / 2;
    int fanIn = thorough ? 2 : FAN_IN;
    for (long tier = thorough ? largest : tierAbove(smallest(segments), largest);
        tier <= largest;
        tier = tier == largest ? Long.MAX_VALUE : Math.min(largest, FAN_IN * tier)) {
      Optional<Run> run = neighboursBelow(segments, tier, fanIn, segmentBytes);
      if (run.isPresent()) {
        return run;
      }
    }
    return Optional.empty();
  }

  private static long smallest(List<Candidate> segments) {
    return segments.stream().mapToLong(Candidate::keptBytes).min().orElse(Long.MAX_VALUE);
  }

  /** The smallest tier, counted from the largest down, whose segments are larger than this. */
  private static long tierAbove(long bytes, long largest) {
    long tier = largest;
    while (tier / FAN_IN > bytes) {
      tier /= FAN_IN;
    }
    return tier;
  }

  /** The first run of at least {@code fanIn} segments, each smaller than {@code tier}. */
  private Optional<Run> neighboursBelow(
      List<Candidate> segments, long tier, int fanIn, long segmentBytes) {
    int from = 0;
    long bytes = 0;
    long rows = 0;
    for (int to = 0; to < segments.size(); to++) {
      Candidate segment = segments.get(to);
      boolean mergeable = segment.keptBytes() < tier && mayTake(segment);
      boolean fits =
          bytes + segment.keptBytes() <= segmentBytes && rows + segment.rows() <= MAX_ROWS;
      if (!mergeable || !fits) {
        if (to - from >= fanIn) {
          return Optional.of(new Run(from, to));
        }
        from = mergeable ? to : to + 1;
        bytes = 0;
        rows = 0;
      }
      bytes += mergeable ? segment.keptBytes() : 0;
      rows += mergeable ? segment.rows() : 0;
    }
    return segments.size() - from >= fanIn
        ? Optional.of(new Run(from, segments.size()))
        : Optional.empty();
  }
}
