package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldValue;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Change;
import io.weir.storage.query.ChangeLimit;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Interest;
import io.weir.storage.query.Interests;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.FieldPayloads;
import io.weir.storage.testing.FilterModel;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.RandomFields;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One random history of a collection whose changes are read meanwhile: rows, deletes, checkpoints,
 * merges and restarts, and readers that come, lag, go back and come again, each of whose changes is
 * held against what the log says.
 */
final class ChangesHistory {
  private static final Path ROOT = Path.of("/store");
  private static final long[] HISTORIES = {0, 60, 100_000_000};
  private static final int INTERESTS = 5;

  private final Random random;
  private final MemoryFiles files = new MemoryFiles();
  private final VectorSchema schema;
  private final StoreOptions options;
  private final RandomFields fields;
  private final int shards;
  private final int keys;
  private final List<List<Logged>> logs = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final List<Reader> away = new ArrayList<>();
  private List<Field> declared = List.of();
  private VectorStore store;
  private VectorCollection docs;
  private int told;

  /** A record, and what it was made of; no vector for a delete. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Logged(VectorRecord record, float[] vector, FilterModel.Row row) {
    boolean isDelete() {
      return record instanceof VectorRecord.Delete;
    }
  }

  /** What one reader is interested in, as the model knows it. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Wanted(
      Optional<float[]> vector, float threshold, Optional<Filter> filter, Interest interest) {}

  /** Somebody who reads, and how far. */
  private final class Reader {
    private final List<Wanted> wanted;
    private final Interests interests;
    private CollectionChanges changes;
    private SortedMap<Integer, Long> position;

    Reader(List<Wanted> wanted) {
      this.wanted = wanted;
      this.interests = Interests.of(schema, wanted.stream().map(Wanted::interest).toList());
      this.changes = docs.changes();
      this.position = changes.position();
    }

    void read() throws IOException {
      Map<Integer, Long> until = new TreeMap<>();
      if (random.nextInt(3) == 0) {
        int shard = random.nextInt(shards);
        until.put(shard, position.getOrDefault(shard, 0L) + random.nextInt(40));
      }
      SortedMap<Integer, Long> before = position;
      CollectionChanges.Block block =
          changes.next(
              interests,
              until,
              new ChangeLimit(1 + random.nextInt(80), 1 + random.nextInt(4_000)),
              () -> false);
      position = block.position();
      List<String> expected = new ArrayList<>();
      for (int shard = 0; shard < shards; shard++) {
        long from = before.getOrDefault(shard, 0L);
        long to = position.getOrDefault(shard, 0L);
        assertTrue(to >= from, () -> position + " is before " + before);
        assertTrue(to <= Math.max(from, until.getOrDefault(shard, Long.MAX_VALUE)));
        expected.addAll(expected(shard, from, to));
        if (block.atEnd()) {
          long end = Math.min(until.getOrDefault(shard, Long.MAX_VALUE), applied(shard));
          assertEquals(Math.max(from, end), to, "the end of " + shard);
        }
      }
      List<String> read = block.changes().stream().map(this::text).toList();
      assertEquals(expected, read, () -> "from " + before + " to " + position);
      told += read.size();
      if (random.nextInt(5) == 0) {
        goBack(before);
      }
    }

    /** Reads the last block again, or a part of it. */
    private void goBack(SortedMap<Integer, Long> before) {
      SortedMap<Integer, Long> back = new TreeMap<>(before);
      position.forEach((shard, offset) -> {
        long from = before.getOrDefault(shard, 0L);
        back.put(shard, from + random.nextLong(offset - from + 1));
      });
      CollectionChanges again = docs.changes(back);
      changes.close();
      changes = again;
      position = back;
    }

    private List<String> expected(int shard, long from, long to) {
      List<String> texts = new ArrayList<>();
      Map<String, Logged> live = new HashMap<>();
      for (Logged logged : logs.get(shard)) {
        long offset = logged.record().offset();
        if (offset >= to) {
          break;
        }
        Logged old =
            logged.isDelete()
                ? live.remove(logged.row().key())
                : live.put(logged.row().key(), logged);
        if (offset >= from) {
          text(logged, Optional.ofNullable(old)).ifPresent(texts::add);
        }
      }
      return texts;
    }

    private Optional<String> text(Logged logged, Optional<Logged> old) {
      SortedMap<Integer, Float> met = new TreeMap<>();
      List<Integer> left = new ArrayList<>();
      boolean withVector = false;
      boolean withPayload = false;
      for (int i = 0; i < wanted.size(); i++) {
        Wanted one = wanted.get(i);
        if (!logged.isDelete() && meets(one, logged)) {
          met.put(i, one.vector().isPresent() ? score(one, logged) : 0f);
          withVector |= one.interest().withVector();
          withPayload |= one.interest().withPayload();
        } else if (old.isPresent() && meets(one, old.get())) {
          left.add(i);
        }
      }
      if (met.isEmpty() && left.isEmpty()) {
        return Optional.empty();
      }
      String row =
          met.isEmpty()
              ? "none"
              : (withVector ? logged.vector().length : 0)
                  + " "
                  + (withPayload && logged.record() instanceof VectorRecord.Upsert upsert
                      ? upsert.payload().byteSize()
                      : 0)
                  + " "
                  + logged.record().timestampMillis();
      return Optional.of(
          text(
              logged.row().partition(),
              logged.record().offset(),
              logged.row().key(),
              logged.isDelete(),
              met,
              left,
              row));
    }

    private String text(Change change) {
      SortedMap<Integer, Float> met = new TreeMap<>();
      for (int i = 0; i < change.metCount(); i++) {
        met.put(change.met(i), change.score(i));
      }
      List<Integer> left = new ArrayList<>();
      for (int i = 0; i < change.leftCount(); i++) {
        left.add(change.left(i));
      }
      left.sort(null);
      String row = change.row().map(ChangesHistory::row).orElse("none");
      return text(
          change.partition(), change.offset(), change.key(), change.isDelete(), met, left, row);
    }

    private static String text(
        int shard,
        long offset,
        String key,
        boolean delete,
        SortedMap<Integer, Float> met,
        List<Integer> left,
        String row) {
      return shard
          + ":"
          + offset
          + " "
          + key
          + (delete ? " deleted" : "")
          + " met "
          + met
          + " left "
          + left
          + " row "
          + row;
    }
  }

  private static String row(StoredRow row) {
    return row.vector().length + " " + row.payload().length + " " + row.timestampMillis();
  }

  ChangesHistory(Random random) throws IOException {
    this.random = random;
    this.schema =
        new VectorSchema(
            1 + random.nextInt(3), random.nextBoolean() ? Metric.DOT : Metric.EUCLIDEAN);
    this.fields = new RandomFields(random);
    this.shards = 1 + random.nextInt(3);
    this.keys = random.nextBoolean() ? 12 : 300;
    this.options =
        StoreOptions.defaults()
            .withHotBufferBytes(8 << 20)
            .withSegmentBytes(1 + random.nextInt(40_000))
            .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0))
            .withHistory(
                new HistoryLimits(HISTORIES[random.nextInt(HISTORIES.length)], Duration.ZERO));
    for (int shard = 0; shard < shards; shard++) {
      logs.add(new ArrayList<>());
    }
    this.store = ThreadlessStore.open(ROOT, options, files);
    this.docs = declare();
    openShards();
  }

  private void openShards() throws IOException {
    for (int shard = 0; shard < shards; shard++) {
      docs.shard(shard);
    }
  }

  private VectorCollection declare() {
    if (declared.isEmpty() || random.nextInt(3) == 0) {
      declared = fields.fields();
    }
    return store.declare("docs", schema, FieldPayloads.declare(declared));
  }

  void run() throws Exception {
    try {
      for (int step = 20 + random.nextInt(40); step > 0; step--) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> checkpoint();
          case 3 -> assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
          case 4 -> restart();
          case 5 -> comeAndGo();
          case 6, 7, 8 -> read();
          default -> append(1 + random.nextInt(100));
        }
      }
      read();
    } finally {
      readers.forEach(reader -> reader.changes.close());
      store.close();
    }
  }

  /** How many changes were told. */
  int told() {
    return told;
  }

  private void comeAndGo() {
    if (!away.isEmpty() && random.nextBoolean()) {
      comeBack(away.remove(random.nextInt(away.size())));
    } else if (readers.size() < 3) {
      readers.add(new Reader(wanted()));
    } else {
      Reader leaving = readers.remove(random.nextInt(readers.size()));
      leaving.changes.close();
      away.add(leaving);
    }
  }

  /** Goes on where it was, if what happened since can still be told. */
  private void comeBack(Reader reader) {
    try {
      reader.changes = docs.changes(reader.position);
      readers.add(reader);
    } catch (PositionUnavailableException refused) {
      assertTrue(options.history().offsets() < HISTORIES[2], refused::toString);
      long asked = reader.position.getOrDefault(refused.partition(), 0L);
      assertTrue(refused.oldest() > asked, refused::toString);
    }
  }

  private void read() throws IOException {
    for (Reader reader : readers) {
      for (int blocks = random.nextInt(4); blocks > 0; blocks--) {
        reader.read();
      }
    }
  }

  private List<Wanted> wanted() {
    List<Wanted> all = new ArrayList<>();
    Filter shared = filter();
    for (int i = random.nextInt(INTERESTS); i >= 0; i--) {
      Optional<Filter> filter =
          random.nextInt(3) == 0
              ? Optional.empty()
              : Optional.of(random.nextBoolean() ? shared : filter());
      boolean near = filter.isEmpty() || random.nextBoolean();
      float[] vector = vector();
      float threshold = schema.metric() == Metric.DOT ? random.nextInt(9) - 2 : random.nextInt(6);
      Interest interest;
      if (near) {
        Interest nearest = Interest.near(schema, vector, threshold);
        interest = filter.map(rows -> nearest.and(rows, docs.fields())).orElse(nearest);
      } else {
        interest = Interest.of(filter.orElseThrow(), docs.fields());
      }
      all.add(
          new Wanted(
              near ? Optional.of(vector) : Optional.empty(),
              threshold,
              filter,
              interest.withVector(random.nextBoolean()).withPayload(random.nextBoolean())));
    }
    return all;
  }

  private Filter filter() {
    long most = 100L + logs.stream().mapToInt(List::size).max().orElse(0);
    return fields.filter(declared, 3, () -> key(random.nextInt(keys)), most);
  }

  private boolean meets(Wanted wanted, Logged logged) {
    if (wanted.filter().isPresent()
        && !FilterModel.matches(wanted.filter().get(), logged.row(), declared)) {
      return false;
    }
    if (wanted.vector().isEmpty()) {
      return true;
    }
    float score = score(wanted, logged);
    return schema.metric() == Metric.DOT
        ? score >= wanted.threshold()
        : score <= wanted.threshold();
  }

  private float score(Wanted wanted, Logged logged) {
    float[] query = wanted.vector().orElseThrow();
    float sum = 0;
    for (int i = 0; i < query.length; i++) {
      float difference = query[i] - logged.vector()[i];
      sum +=
          schema.metric() == Metric.DOT ? query[i] * logged.vector()[i] : difference * difference;
    }
    return schema.metric() == Metric.DOT ? sum : (float) Math.sqrt(sum);
  }

  /** Whole numbers: sums are exact in any order. */
  private float[] vector() {
    float[] vector = new float[schema.dimension()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = random.nextInt(9) - 4;
    }
    return vector;
  }

  private void append(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(keys);
      int shard = number % shards;
      // Logs have holes, and what brings no row moves the position, too.
      List<Logged> log = logs.get(shard);
      long offset = log.isEmpty() ? 0 : log.getLast().record().offset() + 1;
      offset += random.nextInt(10) == 0 ? random.nextInt(50) : 0;
      long timestamp = offset + random.nextInt(20);
      MemorySegment key = Records.bytes(key(number));
      Logged logged;
      if (random.nextInt(4) == 0) {
        logged =
            new Logged(
                new VectorRecord.Delete(offset, timestamp, key),
                new float[0],
                new FilterModel.Row(key(number), shard, offset, timestamp, Map.of()));
      } else {
        Map<String, List<FieldValue>> values = fields.values();
        float[] vector = vector();
        logged =
            new Logged(
                new VectorRecord.Upsert(
                    offset,
                    timestamp,
                    key,
                    MemorySegment.ofArray(vector),
                    FieldPayloads.encode(values)),
                vector,
                new FilterModel.Row(key(number), shard, offset, timestamp, values));
      }
      log.add(logged);
      apply(shard, logged.record());
    }
  }

  private static String key(int number) {
    return "key-" + number;
  }

  private void apply(int shard, VectorRecord record) throws Exception {
    AppendResult result = docs.shard(shard).append(record, 1);
    if (result instanceof AppendResult.Full) {
      checkpoint();
      result = docs.shard(shard).append(record, 1);
    }
    assertInstanceOf(AppendResult.Appended.class, result);
  }

  private void checkpoint() throws Exception {
    CheckpointReport report = store.checkpoint().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
  }

  /** Readers do not outlive a change of the fields: their filters name the old ones. */
  private void restart() throws Exception {
    readers.forEach(reader -> reader.changes.close());
    away.addAll(readers);
    readers.clear();
    store.close();
    store = ThreadlessStore.open(ROOT, options, files);
    List<Field> before = declared;
    docs = declare();
    openShards();
    List<Reader> all = before.equals(declared) ? List.copyOf(away) : List.of();
    away.clear();
    all.forEach(this::comeBack);
    read();
    for (int shard = 0; shard < shards; shard++) {
      long from = applied(shard);
      for (Logged logged : logs.get(shard)) {
        if (logged.record().offset() >= from) {
          apply(shard, logged.record());
        }
      }
    }
  }

  private long applied(int shard) throws IOException {
    return docs.shard(shard).appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
  }
}
