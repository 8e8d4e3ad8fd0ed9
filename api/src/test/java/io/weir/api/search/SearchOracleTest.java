package io.weir.api.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.CompactionReport;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every answer, with a filter or without, is exactly that of a brute-force search over a plain
 * model at the answer's position, while rows are appended, replaced, deleted, checkpointed and
 * compacted; and on one connection no position goes back.
 */
@ExtendWith(NoLeaks.class)
class SearchOracleTest {

  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());
  private static final int PARTITIONS = 2;
  private static final int KEYS = 300;
  private static final int DIMENSION = 4;
  private static final int CLIENTS = 2;
  private static final int BURST = 20;
  private static final int POOL = 20_000;
  private static final long PAUSE_NANOS = 1_000_000;

  @TempDir private Path directory;
  private final JsonMapper json = new JsonMapper();
  private final List<List<Op>> log = List.of(new ArrayList<>(), new ArrayList<>());
  private final AtomicBoolean done = new AtomicBoolean();

  /** A record: an upsert, or without a vector a delete. Immutable by agreement. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Op(String key, int partition, float @Nullable [] vector, RandomPayload payload) {
    static Op of(Random random) {
      int key = random.nextInt(KEYS);
      return new Op(
          "key-" + key,
          key % PARTITIONS,
          random.nextInt(5) == 0 ? null : SearchOracleTest.vector(random),
          RandomPayload.of(random));
    }
  }

  /** A row of the model. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Row(long offset, float[] vector, RandomPayload payload) {}

  /** A row and its score. */
  private record Expected(String key, float score, int partition, long offset) {}

  @Test
  @Timeout(120)
  void answersAreThoseOfTheModel() throws Exception {
    searches(3_000);
  }

  @Test
  @Tag("heavy")
  @Timeout(3_000)
  void aHundredThousandAnswersAreThoseOfTheModel() throws Exception {
    searches(100_000);
  }

  private void searches(int count) throws Exception {
    try (ApiFixture api = ApiFixture.start(directory);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      api.store.declare("model", new VectorSchema(DIMENSION, Metric.DOT), RandomPayload.declared());
      VectorCollection model = api.store.collection("model").orElseThrow();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        model.shard(partition);
      }
      Future<Integer> writer = threads.submit(() -> write(model));
      Future<Integer> disk = threads.submit(() -> checkpointAndCompact(api));
      try {
        List<Callable<Integer>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          int client = i;
          clients.add(() -> new Client(api, client).search(count / CLIENTS));
        }
        for (Future<Integer> client : threads.invokeAll(clients)) {
          assertTrue(client.get() > 0, () -> "nothing was ever found; " + rerun());
        }
      } finally {
        done.set(true);
      }
      assertTrue(writer.get(60, TimeUnit.SECONDS) > KEYS);
      assertTrue(disk.get(60, TimeUnit.SECONDS) > 0, "nothing was merged");
    }
  }

  private static String rerun() {
    return "rerun with -Dweir.seed=" + SEED;
  }

  private int write(VectorCollection model) throws Exception {
    Random random = new Random(SEED);
    // The same ones again and again: the model keeps all records of many minutes in memory.
    List<Op> pool = Stream.generate(() -> Op.of(random)).limit(POOL).toList();
    int written = 0;
    while (!done.get()) {
      for (int i = 0; i < BURST; i++, written++) {
        Op op = pool.get(random.nextInt(POOL));
        append(model.shard(op.partition()), op.partition(), op);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return written;
  }

  /** The model has a record before the store does. */
  private void append(Shard shard, int partition, Op op) throws Exception {
    List<Op> ops = log.get(partition);
    long offset;
    synchronized (ops) {
      offset = ops.size();
      ops.add(op);
    }
    MemorySegment key = MemorySegment.ofArray(op.key().getBytes(StandardCharsets.UTF_8));
    VectorRecord record =
        op.vector() == null
            ? new VectorRecord.Delete(offset, RandomFilter.timestamp(offset), key)
            : new VectorRecord.Upsert(
                offset,
                RandomFilter.timestamp(offset),
                key,
                MemorySegment.ofArray(op.vector()),
                MemorySegment.ofArray(op.payload().json().getBytes(StandardCharsets.UTF_8)));
    AppendResult result = shard.append(record, SourcePosition.UNKNOWN_EPOCH);
    assertEquals(new AppendResult.Appended(), result);
  }

  private int checkpointAndCompact(ApiFixture api) throws Exception {
    int merges = 0;
    for (int run = 0; !done.get() || run % 4 != 0; run++) {
      assertTrue(api.store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      if (run % 4 == 3) {
        CompactionReport report = api.store.compact().get(60, TimeUnit.SECONDS);
        assertTrue(report.succeeded(), report::toString);
        merges += report.merges().size();
      }
    }
    return merges;
  }

  /** Whole numbers: sums are exact in any order. */
  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextInt(9) - 4;
    }
    return vector;
  }

  /** One connection, and the model as of the position that was seen on it last. */
  private final class Client {
    private final ApiFixture api;
    private final Random random;
    private final List<Map<String, Row>> rows = List.of(new TreeMap<>(), new TreeMap<>());
    private final long[] seen = new long[PARTITIONS];

    Client(ApiFixture api, int number) {
      this.api = api;
      this.random = new Random(SEED + 1 + number);
    }

    /** Returns how many hits there were. */
    int search(int count) throws Exception {
      int hits = 0;
      try (HttpClient client =
          HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
        for (int i = 0; i < count; i++) {
          hits += searchOnce(client);
        }
      }
      return hits;
    }

    private int searchOnce(HttpClient client) throws Exception {
      float[] query = vector(random);
      int k = 1 + random.nextInt(30);
      long[] written = new long[PARTITIONS];
      for (int partition = 0; partition < PARTITIONS; partition++) {
        List<Op> ops = log.get(partition);
        synchronized (ops) {
          written[partition] = ops.size();
        }
      }
      boolean waits = random.nextInt(3) == 0;
      Optional<RandomFilter> filter =
          random.nextInt(4) == 0
              ? Optional.empty()
              : Optional.of(RandomFilter.of(random, KEYS, written));
      String body =
          "{\"vector\":"
              + Arrays.toString(query)
              + ",\"k\":"
              + k
              + filter.map(one -> ",\"filter\":" + one.json()).orElse("")
              + (waits
                  ? ",\"minPosition\":{\"0\":" + written[0] + ",\"1\":" + written[1] + "}}"
                  : "}");
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(api.uri("/v1/collections/model/search"))
                  .header("Content-Type", "application/json")
                  .timeout(ApiFixture.PATIENCE)
                  .POST(BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      assertEquals(200, response.statusCode(), response::body);
      JsonNode answer = json.readTree(response.body());
      for (int partition = 0; partition < PARTITIONS; partition++) {
        long position = answer.path("position").path(Integer.toString(partition)).asLong(0);
        long before = seen[partition];
        assertTrue(position >= before, () -> "position goes back: " + answer + "; " + rerun());
        long wanted = waits ? written[partition] : 0;
        assertTrue(position >= wanted, () -> "not waited for: " + answer + "; " + rerun());
        replay(partition, position);
      }
      List<Expected> found = new ArrayList<>();
      for (JsonNode hit : answer.path("hits")) {
        found.add(
            new Expected(
                hit.path("key").asString(),
                hit.path("score").floatValue(),
                hit.path("partition").asInt(),
                hit.path("offset").asLong()));
      }
      assertEquals(
          expected(query, k, filter),
          found,
          () -> body + ": " + answer.path("position") + "; " + rerun());
      return found.size();
    }

    private void replay(int partition, long position) {
      List<Op> ops = log.get(partition);
      Map<String, Row> live = rows.get(partition);
      for (long offset = seen[partition]; offset < position; offset++) {
        Op op;
        synchronized (ops) {
          op = ops.get((int) offset);
        }
        if (op.vector() == null) {
          live.remove(op.key());
        } else {
          live.put(op.key(), new Row(offset, op.vector(), op.payload()));
        }
      }
      seen[partition] = position;
    }

    private List<Expected> expected(float[] query, int k, Optional<RandomFilter> filter) {
      List<Expected> all = new ArrayList<>();
      for (int i = 0; i < PARTITIONS; i++) {
        int partition = i;
        rows.get(i)
            .forEach((key, row) -> {
              RandomFilter.Place place = new RandomFilter.Place(key, partition, row.offset());
              if (filter.isPresent() && !filter.get().lets(place, row.payload())) {
                return;
              }
              float score = 0;
              for (int c = 0; c < DIMENSION; c++) {
                score += query[c] * row.vector()[c];
              }
              all.add(new Expected(key, score, partition, row.offset()));
            });
      }
      all.sort(Comparator.comparingDouble(Expected::score).reversed().thenComparing(Expected::key));
      return all.subList(0, Math.min(k, all.size()));
    }
  }
}
