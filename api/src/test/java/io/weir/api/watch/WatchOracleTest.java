package io.weir.api.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.WatchSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.EventStream;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.checkpoint.HistoryLimits;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Clients that watch, leave and come back at any event, are told exactly what a plain model says,
 * each change once and in order, while rows are put, replaced, deleted, checkpointed and merged,
 * and across a restart that forgets what was not durable.
 */
@ExtendWith(NoLeaks.class)
class WatchOracleTest {

  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());
  private static final int PARTITIONS = 2;
  private static final int KEYS = 60;
  private static final int DIMENSION = 4;
  private static final int CLIENTS = 6;
  private static final int BURST = 10;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final List<String> TAGS = List.of("a", "b", "c");

  @TempDir private Path directory;
  private final List<List<Op>> log = List.of(new ArrayList<>(), new ArrayList<>());
  private final AtomicBoolean written = new AtomicBoolean();
  private volatile @Nullable ApiFixture api;

  /** A record: an upsert, or without a vector a delete. Immutable by agreement. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Op(String key, int partition, float @Nullable [] vector, String tag) {}

  @Test
  @Timeout(180)
  void eventsAreThoseOfTheModel() throws Exception {
    watch(6_000);
  }

  @Test
  @Tag("heavy")
  @Timeout(3_000)
  void manyEventsAreThoseOfTheModel() throws Exception {
    watch(Integer.getInteger("weir.watch.events", 100_000));
  }

  private ApiFixture start() throws IOException {
    WatchSettings watches =
        new WatchSettings(
            CLIENTS,
            16,
            4 << 10,
            1_000_000_000,
            ApiFixture.PATIENCE,
            Duration.ofSeconds(20),
            Duration.ofMillis(50),
            Duration.ofSeconds(5));
    StoreOptions options =
        StoreOptions.defaults().withHistory(new HistoryLimits(100_000_000, Duration.ZERO));
    ApiFixture started =
        ApiFixture.start(directory, settings -> settings.withWatches(watches), options);
    started.store.declare(
        "model",
        new VectorSchema(DIMENSION, Metric.DOT),
        TreeFieldReader.declared(new Field("tag", FieldType.KEYWORD)));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      model(started).shard(partition);
    }
    return started;
  }

  private static VectorCollection model(ApiFixture fixture) {
    return fixture.store.collection("model").orElseThrow();
  }

  private static String rerun() {
    return "rerun with -Dweir.seed=" + SEED;
  }

  private void watch(int records) throws Exception {
    Random random = new Random(SEED);
    ApiFixture first = start();
    api = first;
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(i);
        clients.add(threads.submit(client::watch));
      }
      try {
        write(first, random, records / 2);
      } finally {
        first.close();
      }
      ApiFixture second = start();
      try {
        forgotten(second);
        api = second;
        write(second, random, records / 2);
        written.set(true);
        for (Future<Integer> client : clients) {
          assertTrue(client.get(120, TimeUnit.SECONDS) > 0, () -> "nothing came; " + rerun());
        }
      } finally {
        written.set(true);
        second.close();
      }
    }
  }

  /** Writes, with checkpoints and merges in between. */
  private void write(ApiFixture to, Random random, int records) throws Exception {
    for (int i = 0; i < records; i++) {
      int key = random.nextInt(KEYS);
      Op op =
          new Op(
              "key-" + key,
              key % PARTITIONS,
              random.nextInt(5) == 0 ? null : vector(random),
              TAGS.get(random.nextInt(TAGS.size())));
      List<Op> ops = log.get(op.partition());
      long offset;
      synchronized (ops) {
        offset = ops.size();
        ops.add(op);
      }
      append(model(to), offset, op);
      if (i % BURST == 0) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (random.nextInt(400) == 0) {
        assertTrue(to.store.checkpoint().get(60, TimeUnit.SECONDS).succeeded());
      }
      if (random.nextInt(1_500) == 0) {
        assertTrue(to.store.compact().get(60, TimeUnit.SECONDS).succeeded());
      }
    }
  }

  /** What was not durable comes once more, as from the log. */
  private void forgotten(ApiFixture to) throws Exception {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      List<Op> ops = log.get(partition);
      long from =
          model(to).shard(partition).appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
      for (long offset = from; offset < ops.size(); offset++) {
        append(model(to), offset, ops.get((int) offset));
      }
    }
  }

  private static void append(VectorCollection to, long offset, Op op) throws IOException {
    MemorySegment key = MemorySegment.ofArray(op.key().getBytes(StandardCharsets.UTF_8));
    String payload = "{\"tag\":\"" + op.tag() + "\"}";
    VectorRecord record =
        op.vector() == null
            ? new VectorRecord.Delete(offset, offset, key)
            : new VectorRecord.Upsert(
                offset,
                offset,
                key,
                MemorySegment.ofArray(op.vector()),
                MemorySegment.ofArray(payload.getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        new AppendResult.Appended(),
        to.shard(op.partition()).append(record, SourcePosition.UNKNOWN_EPOCH));
  }

  /** Whole numbers: sums are exact in any order. */
  private static float[] vector(Random random) {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextInt(9) - 4;
    }
    return vector;
  }

  /** One client, and what it has been told. */
  private final class Client {
    private final Random random;
    private final Optional<float[]> query;
    private final float threshold;
    private final Optional<String> tag;
    private final List<List<String>> told = List.of(new ArrayList<>(), new ArrayList<>());
    private Optional<String> lastId = Optional.empty();
    private TreeMap<Integer, Long> began = new TreeMap<>();
    private TreeMap<Integer, Long> position = new TreeMap<>();

    Client(int number) {
      random = new Random(SEED + 1 + number);
      query = number % 3 == 2 ? Optional.empty() : Optional.of(vector(random));
      threshold = random.nextInt(20) - 5;
      tag = number % 3 == 0 ? Optional.empty() : Optional.of(TAGS.get(random.nextInt(3)));
    }

    private String body() {
      List<String> properties = new ArrayList<>();
      query.ifPresent(vector ->
          properties.add("\"vector\":" + Arrays.toString(vector) + ",\"threshold\":" + threshold));
      tag.ifPresent(one ->
          properties.add("\"filter\":{\"must\":[{\"field\":\"tag\",\"match\":\"" + one + "\"}]}"));
      return "{" + String.join(",", properties) + "}";
    }

    /** Returns how many events came. */
    int watch() throws Exception {
      while (!isThrough()) {
        ApiFixture to = api;
        try (EventStream stream =
            EventStream.open(
                to == null ? 0 : to.server.port(), "model", body().replace(" ", ""), lastId)) {
          int patience = 1 + random.nextInt(300);
          while (patience-- > 0 && !isThrough()) {
            Optional<EventStream.Event> event = stream.next();
            if (event.isEmpty() || event.get().name().equals("end")) {
              event.ifPresent(end ->
                  assertEquals(
                      "/problems/stopping", end.data().path("type").asString(), end.toString()));
              break;
            }
            take(event.get());
          }
        } catch (EventStream.Refused refused) {
          assertTrue(List.of(404, 503).contains(refused.status()), refused::toString);
          LockSupport.parkNanos(PAUSE_NANOS);
        } catch (IOException gone) {
          // The server stops, or has not come back yet.
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
      int count = 0;
      for (int partition = 0; partition < PARTITIONS; partition++) {
        assertEquals(expected(partition), told.get(partition), () -> body() + "; " + rerun());
        count += told.get(partition).size();
      }
      return count;
    }

    private boolean isThrough() {
      if (!written.get()) {
        return false;
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        List<Op> ops = log.get(partition);
        synchronized (ops) {
          if (position.getOrDefault(partition, 0L) < ops.size()) {
            return false;
          }
        }
      }
      return true;
    }

    private void take(EventStream.Event event) {
      TreeMap<Integer, Long> next = event.position();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        long before = position.getOrDefault(partition, 0L);
        assertTrue(
            next.getOrDefault(partition, 0L) >= before, () -> position + ", " + event + rerun());
      }
      if (event.name().equals("begin") && lastId.isEmpty()) {
        began = next;
      }
      JsonNode data = event.data();
      if (event.name().equals("match") || event.name().equals("leave")) {
        int partition = data.path("partition").asInt();
        long offset = data.path("offset").asLong();
        assertEquals(offset + 1, next.get(partition), event::toString);
        told.get(partition)
            .add(
                event.name().equals("match")
                    ? match(
                        offset,
                        data.path("key").asString(),
                        data.has("score")
                            ? Optional.of(data.path("score").floatValue())
                            : Optional.empty(),
                        data.path("payload").path("tag").asString())
                    : leave(offset, data.path("key").asString(), data.path("reason").asString()));
      }
      position = next;
      lastId = event.id();
    }

    private static String match(long offset, String key, Optional<Float> score, String tag) {
      return offset + " " + key + " comes, " + score + " " + tag;
    }

    private static String leave(long offset, String key, String reason) {
      return offset + " " + key + " goes, " + reason;
    }

    private List<String> expected(int partition) {
      List<String> all = new ArrayList<>();
      Map<String, Op> live = new HashMap<>();
      List<Op> ops = log.get(partition);
      long from = began.getOrDefault(partition, 0L);
      for (int offset = 0; offset < ops.size(); offset++) {
        Op op = ops.get(offset);
        Op old = op.vector() == null ? live.remove(op.key()) : live.put(op.key(), op);
        if (offset < from) {
          continue;
        }
        if (op.vector() != null && meets(op)) {
          all.add(match(offset, op.key(), query.map(_ -> score(op)), op.tag()));
        } else if (old != null && meets(old)) {
          all.add(leave(offset, op.key(), op.vector() == null ? "deleted" : "replaced"));
        }
      }
      return all;
    }

    private boolean meets(Op op) {
      return (query.isEmpty() || score(op) >= threshold)
          && (tag.isEmpty() || tag.get().equals(op.tag()));
    }

    private float score(Op op) {
      float[] vector = op.vector();
      float sum = 0;
      for (int i = 0; vector != null && i < DIMENSION; i++) {
        sum += query.orElseThrow()[i] * vector[i];
      }
      return sum;
    }
  }

  @Test
  void idsAreReadAsTheyWereWritten() {
    SortedMap<Integer, Long> position = new TreeMap<>(Map.of(3, 5L, 0, 7L));
    Map<Integer, Integer> incarnations = Map.of(0, 0, 3, 2);
    assertEquals("0:7,3.2:5", EventId.text(position, incarnations));
    assertEquals(new EventId(position, incarnations), EventId.parse("0:7,3.2:5"));
    assertEquals(new EventId(new TreeMap<>(), Map.of()), EventId.parse("-"));
  }
}
