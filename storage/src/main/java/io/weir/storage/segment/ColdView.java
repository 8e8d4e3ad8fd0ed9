package io.weir.storage.segment;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The published chunks of a shard and their dead rows, as of one position.
 *
 * <p><b>Threads:</b> immutable. <b>Ownership:</b> borrows the maps of the segment files.
 */
public final class ColdView {

  /** A shard without a published row. */
  public static final ColdView EMPTY = new ColdView(List.of(), 0, 0);

  private final List<ColdChunk> chunks;
  private final long before;
  private final long floor;
  private final long rows;
  private final long deadRows;

  private ColdView(List<ColdChunk> chunks, long before, long floor) {
    this.chunks = chunks;
    this.before = before;
    this.floor = floor;
    this.rows = chunks.stream().mapToLong(ColdChunk::rows).sum();
    this.deadRows = chunks.stream().mapToLong(ColdChunk::deadRows).sum();
  }

  /**
   * A row that was found.
   *
   * @param chunk where
   * @param row its number in the chunk
   */
  public record Found(MappedChunk chunk, int row) {}

  /** The chunks, oldest first. */
  public List<ColdChunk> chunks() {
    return chunks;
  }

  /** Rows, dead ones included. */
  public long rows() {
    return rows;
  }

  /** Dead rows; as of the newest position only. */
  public long deadRows() {
    return deadRows;
  }

  /** Everything that was published below this position has been seen. */
  public long position() {
    return before;
  }

  /** The oldest position that {@link #asOf} can answer for: later ones have lost no row. */
  public long floor() {
    return floor;
  }

  /** Returns the live row of a key. */
  public Optional<Found> find(long hash, MemorySegment key) throws IOException {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      ColdChunk cold = chunks.get(i);
      int row = cold.chunk().find(hash, () -> key, before);
      if (row >= 0) {
        // Older rows of the key are what this row, or what killed it, has replaced.
        return cold.isDead(row) ? Optional.empty() : Optional.of(new Found(cold.chunk(), row));
      }
    }
    return Optional.empty();
  }

  /** Keys to be looked up, each under a number. */
  public interface Keys {
    /** The key's bytes; borrowed. */
    MemorySegment key(int number);
  }

  /** Receives what was found. */
  @FunctionalInterface
  public interface FoundKey {
    /** The live row of the key with that number. */
    void found(int number, MappedChunk chunk, int row);
  }

  /**
   * Looks many keys up: as {@link #find} for each, but chunk by chunk, and in each in the order of
   * its index, so that an index comes into the processor's cache once and not once a key.
   *
   * @param lookups what to look up; it is used up
   */
  public void findAll(KeyLookups lookups, Keys keys, FoundKey receiver) throws IOException {
    lookups.sort();
    for (int i = chunks.size() - 1; i >= 0 && lookups.size() > 0; i--) {
      ColdChunk cold = chunks.get(i);
      int left = 0;
      for (int at = 0; at < lookups.size(); at++) {
        int number = lookups.number(at);
        int row = cold.chunk().find(lookups.hash(at), () -> keys.key(number), before);
        if (row < 0) {
          lookups.keep(left++, at);
        } else if (!cold.isDead(row)) {
          receiver.found(number, cold.chunk(), row);
        }
      }
      lookups.truncate(left);
    }
  }

  /**
   * Returns this view as it was at an earlier position, not below {@link #floor}; at a later one,
   * it is this view.
   */
  public ColdView asOf(long position) throws IOException {
    if (position >= before) {
      return this;
    }
    List<ColdChunk> earlier = new ArrayList<>();
    for (ColdChunk chunk : chunks) {
      if (chunk.chunk().firstOffset() < position) {
        earlier.add(chunk.asOf(position));
      }
    }
    return new ColdView(List.copyOf(earlier), position, floor);
  }

  /**
   * Returns the view that follows this one: other chunks, or the same, and more rows dead. Marks
   * are put where earlier views find them too, and do not count them.
   *
   * @param now the chunks, oldest first; those of this view keep their dead rows
   * @param marks rows of these chunks that have died; those of other chunks are passed over
   * @param position everything below is in the view
   * @param oldest the oldest position that can be answered for
   */
  ColdView next(List<MappedChunk> now, List<DeadMark> marks, long position, long oldest) {
    Map<MappedChunk, ColdChunk> known = new HashMap<>();
    chunks.forEach(cold -> known.put(cold.chunk(), cold));
    List<ColdChunk> next = new ArrayList<>();
    Map<Long, List<Integer>> bySegment = new HashMap<>();
    for (MappedChunk chunk : now) {
      bySegment.computeIfAbsent(chunk.segment(), _ -> new ArrayList<>()).add(next.size());
      ColdChunk cold = known.get(chunk);
      next.add(cold == null ? ColdChunk.of(chunk, position) : cold);
    }
    int[] died = new int[next.size()];
    for (DeadMark mark : marks) {
      int index = chunkOf(mark, next, bySegment.getOrDefault(mark.segment(), List.of()));
      if (index >= 0) {
        int row = mark.row() - next.get(index).chunk().firstRow();
        died[index] += next.get(index).kills().put(row, mark.killingOffset()) ? 1 : 0;
      }
    }
    for (int i = 0; i < died.length; i++) {
      next.set(i, next.get(i).at(position, died[i]));
    }
    return new ColdView(List.copyOf(next), position, oldest);
  }

  private static int chunkOf(DeadMark mark, List<ColdChunk> chunks, List<Integer> candidates) {
    int low = 0;
    int high = candidates.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      MappedChunk chunk = chunks.get(candidates.get(middle)).chunk();
      if (mark.row() < chunk.firstRow()) {
        high = middle - 1;
      } else if (mark.row() >= chunk.firstRow() + chunk.rows()) {
        low = middle + 1;
      } else {
        return candidates.get(middle);
      }
    }
    return -1;
  }
}
