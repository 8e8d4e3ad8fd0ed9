package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Operation;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import io.weir.storage.testing.TextFields;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a crash test does to a store, step by step, and what the store must hold after each record.
 *
 * <p><b>Threads:</b> immutable once made; any number of stores may be taken through it at once.
 */
final class CrashWorkload {
  static final Path ROOT = Path.of("/store");
  static final VectorSchema SCHEMA = new VectorSchema(3, Metric.COSINE);

  /**
   * Stores that run on the caller's thread: what a thread starts must not cost more than it does.
   */
  private static final int KEYS = 12;

  /** Looked up in the past one by one; a search finds all of them anyway. */
  private static final int PAST_KEYS = 3;

  private static final int MOST_RECORDS_IN_STEP = 8;
  private static final int CHECKPOINTS_OF_COMPACTION = 4;
  private static final int PARTITIONS = 3;

  /** Small segments: the smallest roll with every second checkpoint, the others are merged. */
  private final StoreOptions options;

  /** What the collection declares, if anything. */
  private final DeclaredFields fields;

  /** Whether every position that there was can be read as it was. */
  private final boolean history;

  /** By offset; those in gaps are never appended. */
  private final List<VectorRecord> records = new ArrayList<>();

  /** Offsets that are missing, by the first of them. */
  private final SortedMap<Long, Gap> gaps = new TreeMap<>();

  /** Where a shard says that it is caught up. */
  private final SortedSet<Long> caughtUp = new TreeSet<>();

  /** What the store holds after so many offsets. */
  private final List<ModelStore> models = new ArrayList<>();

  private final List<Step> steps = new ArrayList<>();

  /** How many offsets have been dealt with after each step. */
  private final List<Integer> ends = new ArrayList<>();

  private final List<String> keys = new ArrayList<>();

  CrashWorkload(Random random, int checkpoints) {
    history = random.nextBoolean();
    fields = random.nextBoolean() ? TextFields.DECLARED : DeclaredFields.NONE;
    options =
        StoreOptions.defaults()
            .withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES)
            .withSegmentBytes(
                random.nextInt(3) == 0
                    ? 1_000 + random.nextInt(2_000)
                    : 3_000 + random.nextInt(6_000))
            .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0))
            .withHistory(new HistoryLimits(history ? 1_000_000 : 0, Duration.ZERO));
    for (int key = 0; key < KEYS; key++) {
      keys.add("key-" + key);
    }
    ModelStore model = new ModelStore();
    models.add(model.copy());
    for (int checkpoint = 0; checkpoint < checkpoints; checkpoint++) {
      int count = 1 + random.nextInt(MOST_RECORDS_IN_STEP);
      for (int i = 0; i < count; i++) {
        add(random, model);
      }
      if (random.nextInt(4) == 0) {
        addGap(random, model);
      }
      if (random.nextBoolean()) {
        caughtUp.add((long) records.size());
      }
      switch (checkpoint % CHECKPOINTS_OF_COMPACTION) {
        case 2 -> add(Step.COMPACT_BESIDE_CHECKPOINT);
        case 3 -> {
          add(Step.APPEND);
          add(Step.CHECKPOINT);
          add(Step.COMPACT);
        }
        default -> {
          add(Step.APPEND);
          add(Step.CHECKPOINT);
        }
      }
      if (checkpoint == CHECKPOINTS_OF_COMPACTION && random.nextBoolean()) {
        add(Step.REBUILD);
      }
    }
  }

  private void addGap(Random random, ModelStore model) {
    long from = records.size();
    for (int missing = 1 + random.nextInt(3); missing > 0; missing--) {
      records.add(Records.delete(records.size(), "in a gap"));
      models.add(model.copy());
    }
    gaps.put(from, new Gap(from, records.size(), Instant.ofEpochMilli(from), "gap at " + from));
  }

  private void add(Step step) {
    steps.add(step);
    ends.add(records.size());
  }

  private void add(Random random, ModelStore model) {
    int offset = records.size();
    String key = keys.get(random.nextInt(KEYS));
    if (random.nextInt(4) == 0) {
      records.add(Records.delete(offset, key));
      model.remove(key);
    } else {
      float[] vector = Records.vector(random, SCHEMA.dimension());
      String payload = "p".repeat(random.nextInt(40));
      records.add(Records.upsert(offset, key, vector, payload));
      model.put(key, offset, vector, payload);
    }
    models.add(model.copy());
  }

  /** Offsets in all. */
  int records() {
    return records.size();
  }

  VectorStore open(MemoryFiles files) throws IOException {
    VectorStore store = ThreadlessStore.open(ROOT, options, files);
    store.declare("docs", SCHEMA, fields);
    return store;
  }

  /** The collection, with the fields that it was opened with. */
  private static VectorCollection docs(VectorStore store) {
    return store.collection("docs").orElseGet(() -> store.declare("docs", SCHEMA));
  }

  static Shard shard(VectorStore store) throws IOException {
    return docs(store).shard(0);
  }

  /** Where a store would read on after a crash. */
  static long durable(VectorStore store) throws IOException {
    return next(shard(store).durablePosition());
  }

  private static long applied(VectorStore store) throws IOException {
    return next(shard(store).appliedPosition());
  }

  /** Takes a store to the end of the workload, from where it is. */
  void run(MemoryFiles files, VectorStore store) throws Exception {
    run(files, store, Integer.MAX_VALUE);
  }

  /** Takes a store some steps further, from where it is. */
  void run(MemoryFiles files, VectorStore store, int most) throws Exception {
    long from = applied(store);
    int left = most;
    for (int step = 0; step < steps.size() && left > 0; step++) {
      if (ends.get(step) > from) {
        perform(files, store, step);
        left--;
      }
    }
  }

  private void perform(MemoryFiles files, VectorStore store, int step) throws Exception {
    switch (steps.get(step)) {
      case APPEND -> append(store, step);
      case CHECKPOINT -> checkpoint(files, store);
      case COMPACT -> compact(store);
      case REBUILD -> rebuild(files, store, step);
      case COMPACT_BESIDE_CHECKPOINT -> compactBesideCheckpoint(files, store, step);
    }
  }

  private void append(VectorStore store, int step) throws IOException {
    feed(shard(store), ends.get(step));
  }

  /** Feeds a shard from where it is. */
  private void feed(Shard shard, long to) {
    shard.topicPartitions(PARTITIONS);
    long offset = next(shard.appliedPosition());
    while (offset < to) {
      Gap gap = gaps.get(offset);
      if (gap == null) {
        VectorRecord record = records.get(Math.toIntExact(offset));
        assertInstanceOf(AppendResult.Appended.class, shard.append(record, 0));
      } else {
        shard.acceptGap(gap);
      }
      offset = next(shard.appliedPosition());
      if (caughtUp.contains(offset)) {
        shard.caughtUp(Instant.ofEpochMilli(offset));
      }
    }
  }

  private static long next(Optional<SourcePosition> position) {
    return position.map(SourcePosition::nextOffset).orElse(0L);
  }

  /** What a feeder has noted of a shard that is fed so far. */
  private FeedNotes notes(long position) {
    SortedSet<Long> times = caughtUp.headSet(position + 1);
    return new FeedNotes(
        times.isEmpty() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(times.last())),
        OptionalInt.of(PARTITIONS),
        List.copyOf(gaps.headMap(position).values()));
  }

  /** A fault ends it, and leaves the shard as it was. */
  private void rebuild(MemoryFiles files, VectorStore store, int step) throws Exception {
    VectorCollection docs = docs(store);
    try {
      Shard successor = docs.successor(0);
      feed(successor, ends.get(step) / 2);
      checkpoint(files, store);
      feed(successor, ends.get(step));
      docs.promote(0).get(60, TimeUnit.SECONDS);
      files.acknowledge(ROOT, durable(store));
    } catch (IOException | ExecutionException | OutOfMemoryError injected) {
      docs.abandon(0);
    }
  }

  private void compactBesideCheckpoint(MemoryFiles files, VectorStore store, int step)
      throws Exception {
    Callable<Boolean> beside =
        () -> {
          append(store, step);
          return checkpoint(files, store);
        };
    FutureTask<Boolean> once = new FutureTask<>(beside);
    files.interrupt(
        call -> call instanceof Operation.Force && call.path().toString().endsWith(".segment"),
        once);
    compact(store);
    files.stopInterrupting();
    // If nothing was worth a merge.
    once.run();
    once.get();
  }

  /** Returns whether it succeeded; if so, the log of the files says that it was acknowledged. */
  static boolean checkpoint(MemoryFiles files, VectorStore store) throws Exception {
    boolean succeeded = store.checkpoint().get(60, TimeUnit.SECONDS).succeeded();
    if (succeeded) {
      files.acknowledge(ROOT, durable(store));
    }
    return succeeded;
  }

  /** Returns whether it succeeded. */
  static boolean compact(VectorStore store) throws Exception {
    return store.compact().get(60, TimeUnit.SECONDS).succeeded();
  }

  /** Checks that a store holds exactly what it should hold where it is; returns where that is. */
  long assertState(VectorStore store, Supplier<String> message) throws IOException {
    VectorCollection docs = docs(store);
    long position = applied(store);
    ModelStore model = models.get(Math.toIntExact(position));
    assertEquals(model.rows().size(), docs.liveRows(), message);
    FeedNotes notes = shard(store).feedNotes();
    assertEquals(position == 0 ? FeedNotes.NONE : notes(position), notes, message);
    StoreAssertions.assertRows(model, docs, keys, message);
    StoreAssertions.assertSearch(model, docs, new float[] {1, 0.5f, -1}, KEYS + 1, message);
    if (!fields.fields().isEmpty()) {
      assertFiltered(model, docs, 20, message);
    }
    if (history) {
      assertPast(docs, position / 2, message);
      assertPast(docs, position * 7 / 8, message);
    }
    return position;
  }

  /** Payloads are as long as they are, and have one character each. */
  private static void assertFiltered(
      ModelStore model, VectorCollection docs, int length, Supplier<String> message)
      throws IOException {
    Predicate<ModelStore.Row> isLong = row -> row.payload().length() >= length;
    ModelStore longOnes = model.only(isLong);
    KnnQuery query = KnnQuery.nearest(new float[] {1, -0.5f, 1}, KEYS + 1);
    StoreAssertions.assertHits(longOnes, docs, query.filter(TextFields.isLongAs(length)), message);
    try (CollectionView view = docs.view(Map.of())) {
      Filter others =
          new Filter.All(
              List.of(
                  TextFields.has('p'),
                  new Filter.Not(TextFields.is("p".repeat(length))),
                  new Filter.Not(TextFields.isLongAs(length + 1))));
      ModelStore shortOnes =
          model.only(row -> !row.payload().isEmpty() && row.payload().length() < length);
      assertEquals(shortOnes.rows().size(), view.count(others), message);
    }
  }

  private void assertPast(VectorCollection docs, long position, Supplier<String> message)
      throws IOException {
    Map<Integer, Long> asOf = Map.of(0, position);
    Supplier<String> detail = () -> message.get() + "; as of " + position;
    ModelStore model = models.get(Math.toIntExact(position));
    int from = (int) (position % (KEYS - PAST_KEYS));
    StoreAssertions.assertRows(model, docs, keys.subList(from, from + PAST_KEYS), asOf, detail);
    StoreAssertions.assertHits(
        model, docs, KnnQuery.nearest(new float[] {-1, 0.5f, 1}, KEYS + 1).asOf(asOf), detail);
  }
}
