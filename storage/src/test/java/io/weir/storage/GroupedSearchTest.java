package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.SearchResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.ModelStore;
import io.weir.storage.testing.Records;
import io.weir.storage.testing.TextFields;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Searches in groups, of now and of the past, beside writers, checkpoints and compactions. What
 * each answer says that it has seen is played again from the history of its partitions, and
 * searched by brute force: an answer of two moments, or of another query's moment, would not fit.
 */
@Timeout(300)
class GroupedSearchTest {
  private static final int PARTITIONS = 2;
  private static final int KEYS = 150;
  private static final int RECORDS = 6_000;
  private static final int CLIENTS = 6;
  private static final int DIMENSION = 37;
  private static final int HISTORY = 1_500;
  private static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withHotBufferBytes(StoreOptions.MIN_HOT_BUFFER_BYTES)
          .withCheckpointInterval(Duration.ofMillis(5))
          .withSegmentBytes(200_000)
          .withCompaction(CompactionOptions.defaults().withBytesPerSecond(0))
          .withHistory(new HistoryLimits(HISTORY, Duration.ZERO))
          .withScoringThreads(2);

  private final long seed = Long.getLong("weir.seed", System.nanoTime());
  private final List<List<VectorRecord>> history = new ArrayList<>();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void everyAnswerIsOfOneMomentAndRight(Metric metric) throws Exception {
    writeHistory();
    AtomicBoolean done = new AtomicBoolean();
    try (VectorStore store = VectorStore.open(directory, OPTIONS);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS + 1)) {
      VectorCollection docs =
          store.declare("docs", new VectorSchema(DIMENSION, metric), TextFields.DECLARED);
      for (int partition = 0; partition < PARTITIONS; partition++) {
        append(docs.shard(partition), history.get(partition).getFirst());
      }
      List<Future<Integer>> running = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        running.add(clients.submit(client(docs, new Random(seed + client), done)));
      }
      Future<Integer> compactions =
          clients.submit(() -> {
            int runs = 0;
            for (; !done.get() || runs == 0; runs++) {
              assertTrue(store.compact().get(60, TimeUnit.SECONDS).succeeded());
            }
            return runs;
          });
      try {
        for (int offset = 1; offset < RECORDS; offset++) {
          for (int partition = 0; partition < PARTITIONS; partition++) {
            append(docs.shard(partition), history.get(partition).get(offset));
          }
        }
      } finally {
        done.set(true);
      }
      assertTrue(compactions.get(60, TimeUnit.SECONDS) > 0);
      int answers = 0;
      for (Future<Integer> client : running) {
        answers += client.get(60, TimeUnit.SECONDS);
      }
      assertTrue(answers > 0);
      groupsAnswerAsSingleSearchesDo(docs);
    }
  }

  private void writeHistory() {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      Random random = new Random(seed - partition);
      List<VectorRecord> records = new ArrayList<>();
      for (int offset = 0; offset < RECORDS; offset++) {
        // Partitions share no key, as a producer that partitions by key has it.
        String key = "key-" + partition + "-" + random.nextInt(KEYS);
        float[] vector = Records.vector(random, DIMENSION);
        records.add(
            random.nextInt(5) == 0
                ? Records.delete(offset, key)
                : Records.upsert(offset, key, vector, "at " + offset));
      }
      history.add(records);
    }
  }

  private static void append(Shard shard, VectorRecord record) throws Exception {
    while (shard.append(record, 0) instanceof AppendResult.Full full) {
      full.roomFreed().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
  }

  private Callable<Integer> client(VectorCollection docs, Random random, AtomicBoolean done) {
    return () -> {
      int answers = 0;
      while (!done.get() || answers == 0) {
        List<KnnQuery> queries = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
          queries.add(randomQuery(docs, random));
        }
        Map<Integer, Long> before = applied(docs);
        try {
          List<SearchResult> results = docs.search(queries);
          for (int i = 0; i < results.size(); i++) {
            check(docs, queries.get(i), results.get(i), before);
          }
          answers += results.size();
        } catch (PositionUnavailableException refused) {
          assertTrue(queries.stream().anyMatch(query -> !query.asOf().isEmpty()));
        }
      }
      return answers;
    };
  }

  private static KnnQuery randomQuery(VectorCollection docs, Random random) {
    KnnQuery query =
        KnnQuery.nearest(
                Records.vector(random, DIMENSION),
                random.nextInt(4) == 0 ? 1_000 : 1 + random.nextInt(20))
            .withVector(random.nextBoolean())
            .withPayload(random.nextBoolean());
    if (random.nextBoolean()) {
      query = query.filter(TextFields.has((char) ('0' + random.nextInt(10))));
    }
    if (random.nextInt(3) > 0) {
      return query;
    }
    Map<Integer, Long> asOf = new HashMap<>();
    applied(docs)
        .forEach((partition, next) -> {
          if (random.nextBoolean()) {
            asOf.put(partition, Math.max(0, next - random.nextInt(HISTORY / 2)));
          }
        });
    return query.asOf(asOf);
  }

  private static Map<Integer, Long> applied(VectorCollection docs) {
    Map<Integer, Long> applied = new HashMap<>();
    for (Shard shard : docs.shards()) {
      long next = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
      applied.put(shard.partition(), next);
    }
    return applied;
  }

  private void check(
      VectorCollection docs, KnnQuery query, SearchResult result, Map<Integer, Long> before) {
    ModelStore model = new ModelStore();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      long seen = Objects.requireNonNull(result.position().get(partition)).nextOffset();
      Long asOf = query.asOf().get(partition);
      if (asOf == null) {
        assertTrue(seen >= Objects.requireNonNull(before.get(partition)), this::rerun);
      } else {
        assertEquals(asOf, seen, this::rerun);
      }
      for (VectorRecord record : history.get(partition).subList(0, (int) seen)) {
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
    }
    ModelStore wanted = model.only(row -> isWanted(query, row.payload()));
    assertTrue(result.scannedRows() >= wanted.rows().size(), this::rerun);
    List<ModelStore.Scored> ranking = wanted.ranking(docs.schema().metric(), query.vector());
    assertEquals(Math.min(query.k(), ranking.size()), result.hits().size(), this::rerun);
    for (int i = 0; i < result.hits().size(); i++) {
      Hit hit = result.hits().get(i);
      ModelStore.Row row = Objects.requireNonNull(wanted.rows().get(hit.row().key()), this::rerun);
      assertEquals(row.offset(), hit.row().offset(), this::rerun);
      assertEquals(ranking.get(i).score(), hit.score(), 1e-4, this::rerun);
      assertEquals(query.withVector(), Arrays.equals(row.vector(), hit.row().vector()));
      assertEquals(query.withPayload() ? row.payload().length() : 0, hit.row().payload().length);
    }
  }

  private static boolean isWanted(KnnQuery query, String payload) {
    return query.filter().stream()
        .allMatch(
            filter -> payload.chars().anyMatch(one -> filter.equals(TextFields.has((char) one))));
  }

  /** To the last bit, in groups of any size. */
  private void groupsAnswerAsSingleSearchesDo(VectorCollection docs) throws Exception {
    Random random = new Random(seed);
    for (int size : new int[] {1, 2, 3, 4, 5, 31, 32, 33, 70}) {
      List<KnnQuery> queries = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        queries.add(KnnQuery.nearest(Records.vector(random, DIMENSION), 1 + random.nextInt(50)));
      }
      List<SearchResult> grouped = docs.search(queries);
      for (int i = 0; i < size; i++) {
        SearchResult single = docs.search(queries.get(i));
        assertEquals(text(single), text(grouped.get(i)), this::rerun);
      }
    }
  }

  private static List<String> text(SearchResult result) {
    return result.hits().stream()
        .map(hit -> hit.row() + " " + Float.floatToIntBits(hit.score()))
        .toList();
  }

  private String rerun() {
    return "rerun with -Dweir.seed=" + seed;
  }
}
