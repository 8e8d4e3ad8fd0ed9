package io.weir.storage.checkpoint;

import java.util.TreeMap;

/**
 * Positions of a shard that are being read as of, whatever the limits of history say: a row that
 * one of them shows is not dropped while it is here.
 *
 * <p><b>Threads:</b> any.
 */
public final class PinnedPositions {
  private final TreeMap<Long, Integer> counts = new TreeMap<>();

  PinnedPositions() {}

  /** Pins a position; as often as it is pinned it has to be released. */
  public synchronized void pin(long position) {
    counts.merge(position, 1, Integer::sum);
  }

  /** Releases a position that was pinned. */
  public synchronized void release(long position) {
    counts.computeIfPresent(position, (_, count) -> count == 1 ? null : count - 1);
  }

  /** The offset, or the lowest pinned position where that is lower. */
  synchronized long atMost(long offset) {
    return counts.isEmpty() ? offset : Math.min(offset, counts.firstKey());
  }
}
