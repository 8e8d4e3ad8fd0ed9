package io.weir.storage.query;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Finds the live row of a key in some shards of one collection. */
public final class RowLookup {
  private RowLookup() {}

  /**
   * Returns a copy of the row. Of several (the producers disagree on partitioning), the one with
   * the latest timestamp, and of those the one of the highest partition.
   */
  public static Optional<StoredRow> get(String key, List<ShardView> views) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8));
    Optional<StoredRow> latest = Optional.empty();
    for (ShardView view : views) {
      Optional<LocatedRow> found = view.find(bytes);
      if (found.isPresent()) {
        StoredRow row = found.get().copy(view.partition(), true, true);
        if (latest.isEmpty() || row.timestampMillis() >= latest.get().timestampMillis()) {
          latest = Optional.of(row);
        }
      }
    }
    return latest;
  }
}
