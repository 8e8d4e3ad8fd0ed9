package io.weir.storage.hot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.TextFields;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HotBufferTest {
  private static final KeyHash HASH = new KeyHash(1, 2);

  private final MemoryBudget budget = new MemoryBudget(512L << 20);
  private HotBuffer buffer = buffer(4);

  private HotBuffer buffer(int dimension) {
    return new HotBuffer(
        new VectorSchema(dimension, Metric.DOT),
        DeclaredFields.NONE,
        HASH,
        budget,
        Optional.empty());
  }

  private void replaceBuffer(int dimension) {
    buffer.release();
    buffer = buffer(dimension);
  }

  @AfterEach
  void everyByteIsGivenBack() {
    buffer.release();
    assertEquals(0, budget.usedBytes());
  }

  private void put(long offset, String key, float... vector) {
    assertInstanceOf(
        AppendResult.Appended.class, buffer.append(Records.upsert(offset, key, vector, ""), 0));
  }

  private static int find(HotSnapshot snapshot, String key) {
    return snapshot.find(HASH.of(Records.bytes(key)), Records.bytes(key));
  }

  @Test
  void anEmptyBufferHoldsNoMemory() {
    assertEquals(0, buffer.allocatedBytes());
    assertEquals(HotSnapshot.NONE, find(buffer.snapshot(), "a"));
    assertEquals(0, buffer.snapshot().vectors());
  }

  @Test
  void aSnapshotSeesWhatWasThereAndNothingLater() {
    put(0, "a", 1, 0, 0, 0);
    put(1, "b", 2, 0, 0, 0);
    HotSnapshot before = buffer.snapshot();
    put(2, "a", 3, 0, 0, 0);
    buffer.append(Records.delete(3, "b"), 0);
    put(4, "c", 4, 0, 0, 0);
    HotSnapshot after = buffer.snapshot();

    assertEquals(0, find(before, "a"));
    assertTrue(before.isLive(0));
    assertTrue(before.isLive(1));
    assertEquals(HotSnapshot.NONE, find(before, "c"));
    assertEquals(2, before.vectors());

    assertEquals(2, find(after, "a"));
    assertFalse(after.isLive(0));
    assertTrue(after.isLive(2));
    assertTrue(after.isDelete(find(after, "b")));
    assertFalse(after.isLive(1));
    assertEquals(4, after.vectors());
    assertEquals(4, after.entryOfVector(3));
    assertEquals(Optional.of(new SourcePosition(5, 0)), after.position());
  }

  @Test
  void aBufferThatMayNotGrowIsFullAndUnchanged() {
    MemoryBudget small = new MemoryBudget(256 << 10);
    HotBuffer full =
        new HotBuffer(
            new VectorSchema(1_024, Metric.DOT),
            DeclaredFields.NONE,
            HASH,
            small,
            Optional.empty());
    int appended = 0;
    AppendResult result;
    do {
      result = full.append(Records.upsert(appended, "k" + appended, new float[1_024], ""), 0);
      appended++;
    } while (result instanceof AppendResult.Appended);
    AppendResult.Full refused = assertInstanceOf(AppendResult.Full.class, result);
    assertEquals(appended - 1, full.count());
    assertTrue(refused.usedBytes() <= refused.limitBytes());
    assertFalse(refused.roomFreed().toCompletableFuture().isDone());
    full.release();
    assertTrue(refused.roomFreed().toCompletableFuture().isDone());
    assertEquals(0, small.usedBytes());
  }

  private static List<String> values(HotSnapshot snapshot, int vector, int field) {
    List<String> values = new ArrayList<>();
    snapshot.values(
        vector,
        field,
        new ValueVisitor() {
          @Override
          public void ordered(long value) {
            values.add("" + value);
          }

          @Override
          public void keyword(MemorySegment bytes) {
            values.add(Records.text(bytes));
          }
        });
    return values;
  }

  @Test
  void valuesOfFieldsLieBesideTheRows() {
    buffer.declare(TextFields.DECLARED);
    buffer.append(Records.upsert(0, "a", new float[4], "xyx"), 0);
    buffer.append(Records.delete(1, "b"), 0);
    buffer.append(Records.upsert(2, "b", new float[4], ""), 0);
    buffer.append(Records.upsert(3, "b", new float[4], "z".repeat(1_025)), 0);
    HotSnapshot snapshot = buffer.snapshot();
    assertEquals(TextFields.DECLARED.fields(), snapshot.fields());
    assertEquals(List.of("xyx"), values(snapshot, 0, 0));
    assertEquals(List.of("3"), values(snapshot, 0, 1));
    assertEquals(List.of("120", "121", "120"), values(snapshot, 0, 2));
    assertEquals(List.of(""), values(snapshot, 1, 0));
    assertEquals(List.of(), values(snapshot, 1, 2));
    assertEquals(List.of(), values(snapshot, 2, 0), "a keyword that is too long");
    assertEquals(List.of("1025"), values(snapshot, 2, 1));
    assertEquals(256, values(snapshot, 2, 2).size(), "values beyond the most of a row");
    assertEquals(buffer.allocatedBytes(), budget.usedBytes());
  }

  @Test
  void fieldsAreReplacedWhileThereIsNoRecord() {
    buffer.declare(TextFields.DECLARED);
    buffer.declare(DeclaredFields.NONE);
    buffer.declare(TextFields.DECLARED);
    put(0, "a", 1, 0, 0, 0);
    buffer.declare(DeclaredFields.NONE);
    assertEquals(TextFields.DECLARED.fields(), buffer.snapshot().fields());
    assertEquals(buffer.allocatedBytes(), budget.usedBytes());
  }

  /** Whatever of a record it is that finds no room, nothing of it is seen, and nothing lost. */
  @Test
  void valuesWithoutRoomLeaveABufferFullAndUnchanged() {
    MemoryBudget small = new MemoryBudget(512 << 10);
    HotBuffer full =
        new HotBuffer(
            new VectorSchema(4, Metric.DOT), TextFields.DECLARED, HASH, small, Optional.empty());
    int appended = 0;
    AppendResult result = new AppendResult.Appended();
    while (result instanceof AppendResult.Appended) {
      String payload = "v".repeat(appended % 300);
      result = full.append(Records.upsert(appended, "k" + appended, new float[4], payload), 0);
      appended++;
    }
    assertInstanceOf(AppendResult.Full.class, result);
    assertEquals(appended - 1, full.count());
    assertTrue(small.usedBytes() <= small.limitBytes());
    assertEquals(full.allocatedBytes(), small.usedBytes());
    HotSnapshot snapshot = full.snapshot();
    for (int row = 0; row < appended - 1; row++) {
      assertEquals(List.of("v".repeat(row % 300)), values(snapshot, row, 0));
      assertEquals(Math.min(256, row % 300), values(snapshot, row, 2).size());
    }
    full.release();
    assertEquals(0, small.usedBytes());
  }

  @Test
  void memoryThatHeldSomethingElseShowsNowhere() {
    // Rows of this dimension have padding, and so many keys have a table that is kept.
    int dimension = 1_601;
    int rows = 60_000;
    MemoryBudget used = new MemoryBudget(1L << 30);
    try (Arena arena = Arena.ofShared()) {
      for (int block = 0; block < 256; block++) {
        used.tryAllocate(arena, 2 << 20, 64).orElseThrow().fill((byte) 0xff);
      }
    }
    used.release(512L << 20);
    HotBuffer second =
        new HotBuffer(
            new VectorSchema(dimension, Metric.DOT),
            DeclaredFields.NONE,
            HASH,
            used,
            Optional.empty());
    float[] vector = new float[dimension];
    for (int row = 0; row < rows; row++) {
      vector[0] = row;
      second.append(Records.upsert(row, "k" + row, vector, ""), 0);
    }
    HotSnapshot snapshot = second.snapshot();
    long stride = RowLayout.strideBytes(dimension);
    for (int row = 0; row < rows; row += 7) {
      assertEquals(row, find(snapshot, "k" + row));
      MemorySegment padding = snapshot.run(row, 1).asSlice(vector.length * 4L, stride - 6_404);
      assertEquals(60, padding.byteSize());
      assertEquals(-1, padding.mismatch(MemorySegment.ofArray(new byte[60])));
    }
    second.release();
  }

  @Test
  void hundredThousandRowsAreAllFoundAndCostLittleMoreThanTheirBytes() {
    replaceBuffer(768);
    int rows = 100_000;
    float[] vector = new float[768];
    for (int row = 0; row < rows; row++) {
      vector[0] = row;
      put(row, String.format(java.util.Locale.ROOT, "key-%012d", row), vector);
    }
    HotSnapshot snapshot = buffer.snapshot();
    for (int row = 0; row < rows; row += 97) {
      int entry = find(snapshot, String.format(java.util.Locale.ROOT, "key-%012d", row));
      assertEquals(row, entry);
      assertEquals(row, Records.floats(snapshot.vectorOf(entry))[0]);
    }
    long bytesPerVector = buffer.allocatedBytes() / rows;
    assertTrue(bytesPerVector <= 3_200, () -> bytesPerVector + " bytes a vector");
    assertEquals(buffer.allocatedBytes(), budget.usedBytes());
  }

  @Test
  void randomEntriesAgreeWithAMap() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, Integer> newest = new HashMap<>();
    for (int entry = 0; entry < 20_000; entry++) {
      String key = "k" + random.nextInt(3_000);
      if (random.nextInt(4) == 0) {
        buffer.append(Records.delete(entry, key), 0);
      } else {
        put(entry, key, entry, 0, 0, 0);
      }
      newest.put(key, entry);
    }
    HotSnapshot snapshot = buffer.snapshot();
    newest.forEach((key, entry) -> {
      assertEquals(entry, find(snapshot, key), () -> "-Dweir.seed=" + seed);
      assertEquals(!snapshot.isDelete(entry), snapshot.isLive(entry), () -> "-Dweir.seed=" + seed);
    });
    long live = newest.values().stream().filter(snapshot::isLive).count();
    long counted =
        java.util.stream.IntStream.range(0, snapshot.count()).filter(snapshot::isLive).count();
    assertEquals(live, counted, () -> "-Dweir.seed=" + seed);
  }
}
