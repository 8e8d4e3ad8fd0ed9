package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.StoreAssertions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One random history of one store, compared with the log of everything that was appended. */
final class RandomHistory {
  private static final long[] HISTORIES = {0, 40, 100_000_000};

  private final Random random;
  private final StoreHome home;
  private final VectorSchema schema;
  private final StoreOptions options;
  private final int shards;
  private final int keys;
  private final List<String> keyTexts = new ArrayList<>();
  private final long[] nextOffsets;

  /** Everything appended, shard by shard: a key has its shard. */
  private final List<List<VectorRecord>> logs = new ArrayList<>();

  private VectorStore store;
  private VectorCollection docs;

  RandomHistory(Random random, StoreHome home) throws IOException {
    this.random = random;
    this.home = home;
    this.schema =
        new VectorSchema(
            1 + random.nextInt(20), Metric.ofCode(random.nextInt(Metric.values().length)));
    this.options =
        StoreOptions.defaults()
            .withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES)
            .withSegmentBytes(1 + random.nextInt(10_000))
            .withCompaction(CompactionOptions.defaults().withBytesPerSecond(0))
            .withHistory(
                new HistoryLimits(HISTORIES[random.nextInt(HISTORIES.length)], Duration.ZERO));
    this.shards = 1 + random.nextInt(3);
    this.keys = 1 + random.nextInt(80);
    for (int number = 0; number < keys; number++) {
      keyTexts.add(key(number));
    }
    this.nextOffsets = new long[shards];
    for (int shard = 0; shard < shards; shard++) {
      logs.add(new ArrayList<>());
    }
    this.store = home.open(options);
    this.docs = store.declare("docs", schema);
  }

  void run() throws Exception {
    try {
      int steps = 10 + random.nextInt(15);
      for (int step = 0; step < steps; step++) {
        switch (random.nextInt(12)) {
          case 0, 1, 2 -> checkpoint();
          case 3 -> restart();
          case 4 -> crash();
          case 5 -> search();
          case 6 -> readThePast();
          case 7 -> compact();
          default -> append(random.nextInt(60));
        }
      }
      assertModel();
      compact();
      checkpoint();
      assertModel();
      readThePast();
      restart();
      assertModel();
    } finally {
      store.close();
    }
  }

  private void append(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      int number = random.nextInt(keys);
      int shard = number % shards;
      // Logs have holes: compaction and transactions leave them.
      nextOffsets[shard] += random.nextInt(10) == 0 ? random.nextInt(100_000) : 0;
      long offset = nextOffsets[shard]++;
      VectorRecord record =
          random.nextInt(5) == 0
              ? Records.delete(offset, keyTexts.get(number))
              : Records.upsert(
                  offset,
                  keyTexts.get(number),
                  nonZero(Records.vector(random, schema.dimension())),
                  "p".repeat(random.nextInt(3) * random.nextInt(30)));
      logs.get(shard).add(record);
      apply(shard, record);
    }
  }

  private static float[] nonZero(float[] vector) {
    vector[0] = vector[0] == 0 ? 1 : vector[0];
    return vector;
  }

  private static String key(int number) {
    return "key-" + number + (number % 7 == 0 ? "-🦫".repeat(number % 20) : "");
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
    for (int shard = 0; shard < shards; shard++) {
      assertEquals(docs.shard(shard).appliedPosition(), docs.shard(shard).durablePosition());
      home.acknowledge(shard, position(shard));
    }
  }

  private void compact() throws Exception {
    CompactionReport report = store.compact().get(60, TimeUnit.SECONDS);
    assertTrue(report.succeeded(), report::toString);
  }

  private long position(int shard) throws IOException {
    return docs.shard(shard).appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
  }

  private void restart() throws Exception {
    store.close();
    reopen(new long[shards]);
  }

  private void crash() throws Exception {
    if (home.isLossy()) {
      store.close();
      reopen(home.losePower(shards));
    }
  }

  /** What was not durable is fed again, from the position that the store says. */
  private void reopen(long[] atLeast) throws Exception {
    store = home.open(options);
    docs = store.declare("docs", schema);
    for (int shard = 0; shard < shards; shard++) {
      long from = position(shard);
      assertTrue(from >= atLeast[shard], "at " + from + " < " + atLeast[shard]);
      for (VectorRecord record : logs.get(shard)) {
        if (record.offset() >= from) {
          apply(shard, record);
        }
      }
    }
  }

  /** What there was when each partition had been read up to a position. */
  private ModelStore model(Map<Integer, Long> positions) {
    ModelStore model = new ModelStore();
    for (int shard = 0; shard < shards; shard++) {
      long end = positions.getOrDefault(shard, Long.MAX_VALUE);
      for (VectorRecord record : logs.get(shard)) {
        if (record.offset() < end) {
          apply(model, record);
        }
      }
    }
    return model;
  }

  private static void apply(ModelStore model, VectorRecord record) {
    String key = Records.text(record.key());
    switch (record) {
      case VectorRecord.Upsert upsert ->
          model.put(
              key,
              upsert.offset(),
              Records.floats(upsert.vector()),
              Records.text(upsert.payload()));
      case VectorRecord.Delete _ -> model.remove(key);
    }
  }

  private void assertModel() throws Exception {
    ModelStore model = model(Map.of());
    StoreAssertions.assertRows(model, docs, keyTexts, () -> "now");
    assertEquals(model.rows().size(), docs.liveRows());
  }

  private KnnQuery query() {
    float[] vector = nonZero(Records.vector(random, schema.dimension()));
    return KnnQuery.nearest(vector, 1 + random.nextInt(keys + 20));
  }

  private void search() throws Exception {
    StoreAssertions.assertHits(model(Map.of()), docs, query(), () -> "now");
  }

  /** An earlier position of one shard is as it was, or refused with the oldest that is not. */
  private void readThePast() throws Exception {
    int shard = random.nextInt(shards);
    long newest = position(shard);
    if (newest == 0) {
      return;
    }
    long asked = random.nextLong(newest + 1);
    try {
      assertPast(Map.of(shard, asked));
    } catch (PositionUnavailableException refused) {
      assertTrue(refused.oldest() > asked && refused.oldest() <= newest, refused::toString);
      assertThrows(
          PositionUnavailableException.class,
          () -> docs.search(query().asOf(Map.of(shard, refused.oldest() - 1))));
      assertPast(Map.of(shard, refused.oldest()));
    }
  }

  private void assertPast(Map<Integer, Long> asOf) throws IOException {
    ModelStore model = model(asOf);
    StoreAssertions.assertHits(model, docs, query().asOf(asOf), () -> "as of " + asOf);
    StoreAssertions.assertRows(model, docs, keyTexts, asOf, () -> "as of " + asOf);
  }
}
