package io.weir.storage.segment;

import io.weir.storage.io.CorruptFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All published chunks of a shard and their dead rows, as of one manifest.
 *
 * <p><b>Threads:</b> immutable. <b>Ownership:</b> borrows the maps of the segment files.
 */
public final class ColdView {

  /** A shard without a published row. */
  public static final ColdView EMPTY = new ColdView(List.of());

  private final List<ColdChunk> chunks;
  private final long rows;
  private final long deadRows;

  private ColdView(List<ColdChunk> chunks) {
    this.chunks = chunks;
    this.rows = chunks.stream().mapToLong(cold -> cold.chunk().rows()).sum();
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

  /** Dead rows. */
  public long deadRows() {
    return deadRows;
  }

  /** Returns the live row of a key. */
  public Optional<Found> find(long hash, MemorySegment key) throws IOException {
    for (int i = chunks.size() - 1; i >= 0; i--) {
      ColdChunk cold = chunks.get(i);
      int row = cold.chunk().find(hash, key);
      if (row >= 0) {
        // Older chunks hold only what this row, or what killed it, has replaced.
        return cold.isDead(row) ? Optional.empty() : Optional.of(new Found(cold.chunk(), row));
      }
    }
    return Optional.empty();
  }

  /**
   * Returns this view with more chunks, and with more rows dead.
   *
   * @throws CorruptFileException if a mark names no row
   */
  ColdView plus(Path directory, List<MappedChunk> added, List<DeadMark> marks)
      throws CorruptFileException {
    List<ColdChunk> grown = new ArrayList<>(chunks);
    for (MappedChunk chunk : added) {
      grown.add(new ColdChunk(chunk, DeadRows.none()));
    }
    Map<Integer, List<Integer>> rowsByChunk = new HashMap<>();
    Map<Long, List<Integer>> chunksBySegment = new HashMap<>();
    for (int i = 0; i < grown.size(); i++) {
      chunksBySegment
          .computeIfAbsent(grown.get(i).chunk().segment(), _ -> new ArrayList<>())
          .add(i);
    }
    for (DeadMark mark : marks) {
      int index = chunkOf(mark, grown, chunksBySegment.getOrDefault(mark.segment(), List.of()));
      if (index < 0) {
        throw new CorruptFileException(
            directory, "dead mark", "a row of segment " + mark.segment(), "row " + mark.row());
      }
      rowsByChunk
          .computeIfAbsent(index, _ -> new ArrayList<>())
          .add(mark.row() - grown.get(index).chunk().firstRow());
    }
    rowsByChunk.forEach((index, rows) ->
        grown.set(
            index, grown.get(index).with(rows.stream().mapToInt(Integer::intValue).toArray())));
    return new ColdView(List.copyOf(grown));
  }

  /** Returns this view with other maps of some of its chunks. */
  ColdView with(List<MappedChunk> remapped) {
    Map<Long, Map<Integer, MappedChunk>> byPlace = new HashMap<>();
    for (MappedChunk chunk : remapped) {
      byPlace.computeIfAbsent(chunk.segment(), _ -> new HashMap<>()).put(chunk.firstRow(), chunk);
    }
    return new ColdView(
        chunks.stream()
            .map(cold ->
                cold.with(
                    byPlace
                        .getOrDefault(cold.chunk().segment(), Map.of())
                        .getOrDefault(cold.chunk().firstRow(), cold.chunk())))
            .toList());
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
