package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.segment.ColdView;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * One shard at one moment: hot snapshots and published chunks, taken together.
 *
 * <p>A key is live in at most one of them: what a newer layer says of a key, upsert or delete,
 * hides the older ones.
 *
 * <p><b>Threads:</b> immutable. <b>Ownership:</b> borrows slabs and maps; whoever made it holds the
 * references until it is done with.
 *
 * @param partition number of the partition
 * @param hot snapshots, newest first
 * @param cold published chunks
 * @param keyHash the store's hash
 */
public record ShardView(int partition, List<HotSnapshot> hot, ColdView cold, KeyHash keyHash) {

  /** Everything below this position is in the view. */
  public Optional<SourcePosition> position() {
    return hot.getFirst().position();
  }

  /**
   * Returns this view as it was at an earlier position.
   *
   * @throws PositionUnavailableException if it cannot tell: rows have been dropped since, or the
   *     position has not been reached
   */
  public ShardView asOf(long nextOffset) throws IOException {
    long applied = position().map(SourcePosition::nextOffset).orElse(0L);
    if (nextOffset < cold.floor() || nextOffset > applied) {
      throw new PositionUnavailableException(partition, nextOffset, cold.floor(), applied);
    }
    SourcePosition earlier = new SourcePosition(nextOffset, SourcePosition.UNKNOWN_EPOCH);
    return new ShardView(
        partition,
        hot.stream().map(snapshot -> snapshot.asOf(earlier)).toList(),
        cold.asOf(nextOffset),
        keyHash);
  }

  /** Returns the live row of a key. */
  Optional<LocatedRow> find(MemorySegment key) throws IOException {
    return findBehind(key, 0);
  }

  /** Returns the live row of a key, as if the first {@code layers} hot snapshots were not there. */
  Optional<LocatedRow> findBehind(MemorySegment key, int layers) throws IOException {
    long hash = keyHash.of(key);
    for (HotSnapshot snapshot : hot.subList(layers, hot.size())) {
      int entry = snapshot.find(hash, key);
      if (entry != HotSnapshot.NONE) {
        return snapshot.isDelete(entry)
            ? Optional.empty()
            : Optional.of(new LocatedRow.Hot(snapshot, entry));
      }
    }
    return cold.find(hash, key).map(found -> new LocatedRow.Cold(found.chunk(), found.row()));
  }

  /** What can be said of a key behind some layers without reading published rows. */
  enum Behind {
    LIVE,
    ABSENT,
    /** A published row may have it. */
    UNKNOWN
  }

  /**
   * Says whether a key is live behind the first {@code layers} hot snapshots, from memory alone.
   */
  Behind behind(MemorySegment key, int layers) {
    if (layers < hot.size()) {
      long hash = keyHash.of(key);
      for (HotSnapshot snapshot : hot.subList(layers, hot.size())) {
        int entry = snapshot.find(hash, key);
        if (entry != HotSnapshot.NONE) {
          return snapshot.isDelete(entry) ? Behind.ABSENT : Behind.LIVE;
        }
      }
    }
    return cold.rows() == cold.deadRows() ? Behind.ABSENT : Behind.UNKNOWN;
  }

  /** Whether one of the first {@code layers} hot snapshots says anything of a key. */
  boolean hidden(MemorySegment key, int layers) {
    if (layers == 0) {
      return false;
    }
    long hash = keyHash.of(key);
    for (int layer = 0; layer < layers; layer++) {
      if (hot.get(layer).find(hash, key) != HotSnapshot.NONE) {
        return true;
      }
    }
    return false;
  }
}
