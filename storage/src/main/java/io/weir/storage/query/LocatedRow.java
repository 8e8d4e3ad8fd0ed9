package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.memory.LittleEndian;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A live row, where it lies. Borrows from the view that it was found in. */
sealed interface LocatedRow {

  /** In a hot buffer. */
  record Hot(HotSnapshot snapshot, int entry) implements LocatedRow {}

  /** In a published chunk. */
  record Cold(MappedChunk chunk, int row) implements LocatedRow {}

  /** The key's bytes; borrowed. */
  default MemorySegment key() throws IOException {
    return switch (this) {
      case Hot(HotSnapshot snapshot, int entry) -> snapshot.key(entry);
      case Cold(MappedChunk chunk, int row) -> chunk.key(row);
    };
  }

  /** Copies the row out. */
  default StoredRow copy(int partition, boolean withVector, boolean withPayload)
      throws IOException {
    return switch (this) {
      case Hot(HotSnapshot snapshot, int entry) ->
          row(
              snapshot.key(entry),
              partition,
              snapshot.offset(entry),
              snapshot.timestampMillis(entry),
              withVector ? snapshot.vectorOf(entry) : MemorySegment.NULL,
              withPayload ? snapshot.payload(entry) : MemorySegment.NULL);
      case Cold(MappedChunk chunk, int row) ->
          row(
              chunk.key(row),
              partition,
              chunk.offset(row),
              chunk.timestampMillis(row),
              withVector ? chunk.vector(row) : MemorySegment.NULL,
              withPayload ? chunk.payload(row) : MemorySegment.NULL);
    };
  }

  private static StoredRow row(
      MemorySegment key,
      int partition,
      long offset,
      long timestampMillis,
      MemorySegment vector,
      MemorySegment payload) {
    float[] components = new float[(int) (vector.byteSize() / Float.BYTES)];
    MemorySegment.copy(vector, LittleEndian.FLOAT, 0, components, 0, components.length);
    return new StoredRow(
        new String(key.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8),
        partition,
        offset,
        timestampMillis,
        components,
        payload.toArray(ValueLayout.JAVA_BYTE));
  }
}
