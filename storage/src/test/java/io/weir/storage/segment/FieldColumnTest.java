package io.weir.storage.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.KeywordRanges;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.RowSet;
import io.weir.storage.field.ValueVisitor;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.Trials;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Columns of a chunk that was written and mapped have the values that they were given. */
class FieldColumnTest {
  private static final Path DIRECTORY = Path.of("/shard");
  private static final KeyHash HASH = new KeyHash(1, 2);
  private static final Field NUMBER = new Field("number", FieldType.LONG);
  private static final Field WORD = new Field("größe.日本", FieldType.KEYWORD);

  /** Rows of one component each, with the values of one field. */
  private record Rows(Field field, List<? extends List<?>> values) implements ChunkSource {
    @Override
    public int rows() {
      return values.size();
    }

    @Override
    public long offset(int row) {
      return row;
    }

    @Override
    public long timestampMillis(int row) {
      return row;
    }

    @Override
    public MemorySegment key(int row) {
      return Records.bytes("key-" + row);
    }

    @Override
    public MemorySegment payload(int row) {
      return MemorySegment.NULL;
    }

    @Override
    public int keyBytes(int row) {
      return (int) key(row).byteSize();
    }

    @Override
    public int payloadBytes(int row) {
      return 0;
    }

    @Override
    public float norm(int row) {
      return 0;
    }

    @Override
    public List<Field> fields() {
      return List.of(field);
    }

    @Override
    public void values(int row, int number, ValueVisitor visitor) {
      for (Object value : values.get(row)) {
        switch (Objects.requireNonNull(value)) {
          case Long whole -> visitor.ordered(whole);
          case String word -> visitor.keyword(Records.bytes(word));
          default -> throw new AssertionError(value);
        }
      }
    }

    @Override
    public void forEachRun(Consumer<MemorySegment> consumer) {
      for (int row = 0; row < rows(); row++) {
        consumer.accept(MemorySegment.ofArray(new float[1]));
      }
    }
  }

  private static MappedChunk write(Rows rows) throws Exception {
    StorageFiles files = new MemoryFiles();
    files.createDirectories(DIRECTORY);
    SegmentFormat.Identity identity = new SegmentFormat.Identity(new UUID(1, 2), 0, 1, 1, 4);
    SegmentFile file =
        SegmentFile.create(
            files, DIRECTORY, 1, identity, false, SegmentFile.Features.of(false, rows), one -> one);
    return file.append(rows, 1, HASH, ByteBuffer.allocateDirect(ChunkOutput.WRITE_BYTES));
  }

  private static void assertColumn(Rows rows) throws Exception {
    MappedChunk chunk = write(rows);
    FieldColumn column = chunk.column(rows.field()).orElseThrow();
    assertTrue(chunk.column(new Field(rows.field().name(), FieldType.BOOLEAN)).isEmpty());
    for (int row = 0; row < rows.rows(); row++) {
      List<Object> found = new ArrayList<>();
      column.visit(
          row,
          new ValueVisitor() {
            @Override
            public void ordered(long value) {
              found.add(value);
            }

            @Override
            public void keyword(MemorySegment bytes) {
              found.add(Records.text(bytes));
            }
          });
      assertEquals(rows.values().get(row), found);
    }
    assertEquals(rows.values().stream().allMatch(List::isEmpty), column.isEmpty());
    assertEquals(rows.values().stream().allMatch(one -> one.size() == 1), column.hasOneEach());
  }

  @Test
  void everyWidthOfCodesIsRead() throws Exception {
    for (int bits = 0; bits <= 64; bits++) {
      long top = bits == 0 ? 0 : -1L >>> (64 - bits);
      // From the lowest on any span is one of signed numbers.
      for (long lowest : new long[] {Long.MIN_VALUE, bits < 64 ? -1 : Long.MIN_VALUE}) {
        List<Long> values = List.of(lowest, lowest + top, lowest + (top >>> 1));
        assertColumn(new Rows(NUMBER, values.stream().map(List::of).toList()));
        assertColumn(new Rows(NUMBER, List.of(values, List.of(), values.reversed())));
      }
    }
  }

  @Test
  void everyWidthOfEndsIsRead() throws Exception {
    for (int rows : new int[] {1, 2, 100, 300}) {
      for (int each : new int[] {0, 1, 2, 255, 256}) {
        List<List<Long>> values = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
          values.add(Collections.nCopies(row % 3 == 1 ? 0 : each, (long) row));
        }
        assertColumn(new Rows(NUMBER, values));
      }
    }
  }

  @Test
  void emptyAndOneKeywordAndAllRowsMissing() throws Exception {
    assertColumn(new Rows(WORD, List.of(List.of())));
    assertColumn(new Rows(WORD, List.of(List.of(), List.of(), List.of())));
    assertColumn(new Rows(WORD, List.of(List.of(""))));
    assertColumn(new Rows(WORD, List.of(List.of("", ""), List.of())));
    assertColumn(new Rows(WORD, List.of(List.of("one"))));
    assertColumn(new Rows(NUMBER, List.of(List.of())));
    assertColumn(new Rows(NUMBER, List.of(List.of(), List.of(5L))));
  }

  /** Many keywords, of any length, so that pieces end anywhere in them. */
  @Test
  void randomKeywordsAreFoundAsAModelFindsThem() throws Exception {
    Random random = Trials.random(0);
    List<List<String>> values = new ArrayList<>();
    for (int row = 0; row < 20_000; row++) {
      List<String> one = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        one.add(
            "🦫".repeat(random.nextInt(5))
                + random.nextInt(3_000)
                + "x".repeat(random.nextInt(30)));
      }
      values.add(one);
    }
    Rows rows = new Rows(WORD, values);
    assertColumn(rows);
    FieldColumn column = write(rows).column(WORD).orElseThrow();
    for (int trial = 0; trial < 50; trial++) {
      String low = "" + random.nextInt(3_000);
      String high = "" + random.nextInt(3_000) + "x";
      KeywordRanges wanted =
          KeywordRanges.between(
              KeywordRanges.End.of(low.getBytes(StandardCharsets.UTF_8), random.nextBoolean()),
              KeywordRanges.End.of(high.getBytes(StandardCharsets.UTF_8), random.nextBoolean()));
      RowSet found = RowSet.of(0, rows.rows(), rows.rows());
      column.retain(found, column.numbers(wanted));
      for (int row = 0; row < rows.rows(); row++) {
        boolean expected =
            values.get(row).stream().anyMatch(word -> wanted.contains(Records.bytes(word)));
        assertEquals(expected, found.next(row) == row, Trials::rerun);
      }
    }
  }

  @Test
  void valuesAreFoundInAnyBlock() throws Exception {
    Random random = Trials.random(1);
    List<List<Long>> values = new ArrayList<>();
    for (int row = 0; row < 1_000; row++) {
      values.add(List.of((long) random.nextInt(100)));
    }
    FieldColumn column = write(new Rows(NUMBER, values)).column(NUMBER).orElseThrow();
    LongRanges wanted = LongRanges.of(new long[] {3, 4, 77});
    for (int trial = 0; trial < 200; trial++) {
      int first = random.nextInt(1_000);
      int room = 1 + random.nextInt(1_000 - first);
      int count = random.nextInt(room + 1);
      RowSet found = RowSet.of(first, room, count);
      column.retain(found, wanted);
      for (int row = first; row < first + room; row++) {
        boolean expected = row < first + count && wanted.contains(values.get(row).getFirst());
        assertEquals(expected, found.next(row) == row, Trials::rerun);
      }
    }
  }

  @Test
  void keywordsBeyondTheMostOfAChunkLeaveTheColumnOut() throws Exception {
    List<List<String>> values = new ArrayList<>();
    for (int row = 0; row < 70_000; row++) {
      values.add(List.of(row + "k".repeat(1_000)));
    }
    MappedChunk chunk = write(new Rows(WORD, values));
    assertFalse(chunk.column(WORD).isPresent());
    assertEquals(0, chunk.fieldBytes());
    assertTrue(values.size() * 1_000L > ColumnWriter.MOST_KEYWORD_BYTES);
  }

  @Test
  void theDictionaryIsInTheOrderOfBytes() {
    Random random = Trials.random(2);
    KeywordDictionary dictionary = new KeywordDictionary(HASH);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      String word = random.nextInt(2_000) + (random.nextBoolean() ? "é" : "");
      words.add(word);
      dictionary.add(Records.bytes(word));
    }
    dictionary.sort();
    List<String> sorted =
        words.stream()
            .distinct()
            .sorted((a, b) ->
                Arrays.compareUnsigned(
                    a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8)))
            .toList();
    assertEquals(sorted.size(), dictionary.count());
    for (int rank = 0; rank < sorted.size(); rank++) {
      assertEquals(sorted.get(rank), Records.text(dictionary.sorted(rank)));
      assertEquals(rank, dictionary.rank(Records.bytes(sorted.get(rank))));
    }
  }
}
