package io.weir.api.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.WatchSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.EventStream;
import io.weir.api.testing.EventStream.Event;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.Shard;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
@Timeout(120)
class WatchRouteTest {

  private static final String WATCH = "/v1/collections/docs/watch";
  private static final String NEAR = "{\"vector\":[1,0,0],\"threshold\":0.5}";

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts it, with settings of its own
  private ApiFixture api;

  private void start(UnaryOperator<WatchSettings> change) throws IOException {
    api =
        ApiFixture.start(
            directory,
            settings -> settings.withWatches(change.apply(WatchSettings.defaults())),
            FeedStatus.none());
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  private EventStream watch(String body) throws IOException {
    return EventStream.open(api.server.port(), "docs", body, Optional.empty());
  }

  private EventStream watchAfter(String id, String body) throws IOException {
    return EventStream.open(api.server.port(), "docs", body, Optional.of(id));
  }

  private void delete(String key) throws IOException {
    Shard shard = api.store.collection("docs").orElseThrow().shard(0);
    long offset = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
    assertEquals(
        new AppendResult.Appended(),
        shard.append(
            new VectorRecord.Delete(
                offset, offset, MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8))),
            SourcePosition.UNKNOWN_EPOCH));
  }

  private static void assertEvent(String name, String id, String data, Event event) {
    assertEquals(
        name + " " + id + " " + data,
        event.name() + " " + event.id().orElse("-") + " " + event.data());
  }

  @Test
  void rowsComeAndGo() throws Exception {
    start(it -> it);
    api.put("before", "", 1, 0, 0);
    try (EventStream stream = watch(NEAR)) {
      assertTrue(stream.head().contains("content-type: text/event-stream"), stream::head);
      assertEvent("begin", "0:1", "{\"position\":{\"0\":1}}", stream.event());
      api.put("a", "{\"n\":\n1}", 1, 0, 0);
      api.put("far", "", 0, 1, 0);
      api.put("a", "", 2, 0, 0);
      api.put("a", "", 0, 0, 1);
      api.put("far", "", 0, 1, 1);
      api.put("before", "", 0, 1, 0);
      api.put("b", "", 1, 0, 0);
      delete("b");
      delete("b");
      delete("never");
      assertEvent(
          "match",
          "0:2",
          "{\"score\":1.0,\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":1001,"
              + "\"payload\":{\"n\":1}}",
          stream.event());
      assertEvent(
          "match",
          "0:4",
          "{\"score\":1.0,\"key\":\"a\",\"partition\":0,\"offset\":3,\"timestamp\":1003,"
              + "\"payload\":null}",
          stream.event());
      assertEvent("leave", "0:5", leave("a", 4, "replaced"), stream.event());
      assertEvent("leave", "0:7", leave("before", 6, "replaced"), stream.event());
      assertEquals("0:8", stream.event().id().orElse(""));
      assertEvent("leave", "0:9", leave("b", 8, "deleted"), stream.event());
      api.put("end", "", 1, 0, 0);
      assertEquals("0:12", stream.event().id().orElse(""));
    }
    Eventually.holds("the watcher is gone", () -> watchers() == 0);
  }

  private static String leave(String key, long offset, String reason) {
    return "{\"key\":\""
        + key
        + "\",\"partition\":0,\"offset\":"
        + offset
        + ",\"reason\":\""
        + reason
        + "\"}";
  }

  private double watchers() {
    return api.meters.get("weir.watch.watchers").gauge().value();
  }

  @Test
  void whatIsWantedOfARowIsTold() throws Exception {
    start(it -> it);
    String filter = "{\"filter\":{\"must\":[{\"keys\":[\"a\"]}]}";
    try (EventStream bare = watch(filter + ",\"withPayload\":false}");
        EventStream full = watch(filter + ",\"withVector\":true}")) {
      assertEquals("begin", bare.event().name());
      assertEquals("begin", full.event().name());
      api.put("b", "", 1, 0, 0);
      api.put("a", "{}", 1, 0, 0.5f);
      assertEquals(
          "{\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":1001}",
          bare.event().data().toString());
      assertEquals(
          "{\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":1001,"
              + "\"vector\":[1.0,0.0,0.5],\"payload\":{}}",
          full.event().data().toString());
    }
  }

  @Test
  void distancesAreNotAboveTheThreshold() throws Exception {
    start(it -> it);
    api.store.declare("far", new VectorSchema(2, Metric.EUCLIDEAN));
    api.put("far", 0, "first", "", 0, 0);
    try (EventStream stream =
        EventStream.open(
            api.server.port(), "far", "{\"vector\":[0,0],\"threshold\":5}", Optional.empty())) {
      assertEquals("begin", stream.event().name());
      api.put("far", 0, "on", "", 3, 4);
      api.put("far", 0, "off", "", 3, 5);
      api.put("far", 0, "in", "", 1, 0);
      assertEquals(5.0, stream.event().data().path("score").asDouble());
      assertEquals(1.0, stream.event().data().path("score").asDouble());
    }
  }

  @Test
  void fieldsOfPayloadsAreFilteredBy() throws Exception {
    start(it -> it);
    api.store.declare(
        "tagged",
        new VectorSchema(3, Metric.DOT),
        TreeFieldReader.declared(new Field("tag", FieldType.KEYWORD)));
    api.put("tagged", 0, "first", "{\"tag\":\"x\"}", 1, 0, 0);
    String body = "{\"filter\":{\"must\":[{\"field\":\"tag\",\"match\":\"x\"}]}}";
    try (EventStream stream =
        EventStream.open(api.server.port(), "tagged", body, Optional.empty())) {
      assertEquals("begin", stream.event().name());
      api.put("tagged", 0, "a", "{\"tag\":\"y\"}", 1, 0, 0);
      api.put("tagged", 0, "a", "{\"tag\":\"x\"}", 1, 0, 0);
      api.put("tagged", 0, "first", "{\"tag\":\"y\"}", 1, 0, 0);
      assertEquals(2, stream.event().data().path("offset").asInt());
      assertEquals("replaced", stream.event().data().path("reason").asString());
    }
  }

  @Test
  void aClientGoesOnBehindTheLastEventThatItHad() throws Exception {
    start(it -> it);
    String id;
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      api.put("a", "", 1, 0, 0);
      id = stream.event().id().orElseThrow();
    }
    api.put("b", "", 1, 0, 0);
    delete("a");
    assertTrue(api.store.checkpoint().get(30, TimeUnit.SECONDS).succeeded());
    api.put("c", "", 1, 0, 0);
    List<String> expected = List.of("0:2", "0:3", "0:4");
    for (EventStream again :
        List.of(watchAfter(id, NEAR), watch(NEAR.replace("}", ",\"since\":{\"0\":1}}")))) {
      try (again) {
        assertEvent("begin", "0:1", "{\"position\":{\"0\":1}}", again.event());
        for (String next : expected) {
          assertEquals(next, again.event().id().orElse(""));
        }
      }
    }
    // What the header says counts: a client that comes back sends its body again.
    try (EventStream again = watchAfter("0:3", NEAR.replace("}", ",\"since\":{\"0\":0}}"))) {
      assertEquals("begin", again.event().name());
      assertEquals("0:4", again.event().id().orElse(""));
    }
  }

  @Test
  void aPositionOfWhichNothingExactCanBeToldIsGone() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    api.put("a", "", 1, 1, 0);
    api.put("b", "", 1, 1, 0);
    assertTrue(api.store.checkpoint().get(30, TimeUnit.SECONDS).succeeded());
    var gone =
        ApiFixture.problem(
            api.post(WATCH, NEAR.replace("}", ",\"since\":{\"0\":1}}")), 410, "position-gone");
    assertEquals(2, gone.path("oldest").path("0").asInt());
    try (EventStream stream = watchAfter("0:2", NEAR)) {
      assertEquals("begin", stream.event().name());
      assertEquals("0:3", stream.event().id().orElse(""));
    }
  }

  @Test
  void anIdFromBeforeAPartitionWasMadeAnewIsGone() throws Exception {
    start(it -> it);
    api.put("docs", 1, "other", "", 0, 1, 0);
    api.put("a", "", 1, 0, 0);
    String before;
    try (EventStream stream = watch(NEAR)) {
      before = stream.event().id().orElseThrow();
      api.makeAnew("b", "c");
      assertGone(stream.event());
    }
    // Its offset is one that the new shard has, and could tell from.
    var gone = ApiFixture.problem(watched(before), 410, "position-gone");
    assertEquals(2, gone.path("oldest").path("0").asInt());
    String after;
    try (EventStream stream = watch(NEAR)) {
      after = stream.event().id().orElseThrow();
    }
    api.put("d", "", 1, 0, 0);
    try (EventStream stream = watchAfter(after, NEAR)) {
      assertEquals(after, stream.event().id().orElseThrow());
      assertEquals("d", stream.event().data().path("key").asString());
    }
    assertTrue(api.store.checkpoint().get(30, TimeUnit.SECONDS).succeeded());
    api.close();
    start(it -> it);
    ApiFixture.problem(watched(before), 410, "position-gone");
    try (EventStream stream = watchAfter(after, NEAR)) {
      assertEquals(after, stream.event().id().orElseThrow());
      assertEquals("d", stream.event().data().path("key").asString());
    }
  }

  private HttpResponse<String> watched(String lastEvent) throws Exception {
    return api.send(
        HttpRequest.newBuilder(api.uri(WATCH))
            .header("Content-Type", "application/json")
            .header("Last-Event-ID", lastEvent)
            .POST(BodyPublishers.ofString(NEAR)));
  }

  /** By the number of its offset it has been told more than there is now. */
  @Test
  void whoBeganBeforeAPartitionWasMadeAnewHearsOfIt() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    api.put("b", "", 1, 0, 0);
    try (EventStream other = watch(NEAR)) {
      String id = other.event().id().orElseThrow();
      api.store.afterChanges =
          () -> {
            if (!Thread.currentThread().getName().startsWith("weir-watch")) {
              api.store.afterChanges = () -> {};
              api.makeAnew("c");
              // Those who are told live have heard of it, and what they hear next is of the new
              // rows.
              assertGone(other.event());
            }
          };
      try (EventStream stream = watchAfter(id, NEAR)) {
        assertEquals("begin", stream.event().name());
        assertGone(stream.event());
      }
    }
  }

  private static void assertGone(Event end) {
    assertEquals("end", end.name());
    assertEquals("/problems/position-gone", end.data().path("type").asString());
    assertTrue(
        end.data().path("detail").asString().startsWith("partition 0 has been made anew since "),
        () -> end.data().toString());
  }

  @Test
  void aWatchThatBeganWithoutPartitionsGoesOnWithTheFirst() throws Exception {
    start(it -> it);
    String id;
    try (EventStream stream = watch(NEAR)) {
      id = stream.event().id().orElseThrow();
    }
    api.put("a", "", 1, 0, 0);
    try (EventStream stream = watchAfter(id, NEAR)) {
      assertEquals("begin", stream.event().name());
      assertEquals("a", stream.event().data().path("key").asString());
    }
  }

  @Test
  void aPositionThatHasNotComeIsWaitedFor() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    try (EventStream stream = watchAfter("0:3", NEAR)) {
      assertEquals("0:3", stream.event().id().orElse(""));
      api.put("b", "", 1, 0, 0);
      api.put("c", "", 1, 0, 0);
      api.put("d", "", 1, 0, 0);
      assertEquals("0:4", stream.event().id().orElse(""));
    }
  }

  @Test
  void aPartitionThatOpensLaterIsToldFromItsBeginning() throws Exception {
    start(it -> it);
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      api.put("docs", 3, "a", "", 1, 0, 0);
      assertEquals("3:1", stream.event().id().orElse(""));
      api.put("docs", 0, "b", "", 1, 0, 0);
      assertEquals("0:1,3:1", stream.event().id().orElse(""));
    }
  }

  @Test
  void aQuietStreamSaysThatItIsAliveAndHowFarItIs() throws Exception {
    start(it -> heartbeats(it, Duration.ofMillis(20)));
    api.put("a", "", 1, 0, 0);
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      api.put("far", "", 0, 1, 0);
      Optional<Event> next = stream.next();
      while (!next.orElseThrow().id().equals(Optional.of("0:2"))) {
        assertEquals("", next.orElseThrow().name());
        next = stream.next();
      }
    }
  }

  private static WatchSettings heartbeats(WatchSettings it, Duration pause) {
    return new WatchSettings(
        it.watchers(),
        it.queueEvents(),
        it.queueBytes(),
        it.maxLag(),
        it.maxStall(),
        it.resume(),
        pause,
        it.endPatience());
  }

  @Test
  void whatCannotBeWatchedIsRefused() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    refused("{}", 400, "invalid-property", "vector and filter are both missing");
    refused("{\"vector\":[1,0,0]}", 400, "invalid-property", "threshold is missing");
    refused("{\"threshold\":1}", 400, "invalid-property", "vector is missing");
    refused("{\"vector\":[1,0],\"threshold\":1}", 400, "wrong-dimension", "has 3");
    refused("{\"vector\":[0,0,0],\"threshold\":1}", 400, "invalid-vector", "zero vector");
    refused("{\"vector\":[1,0,0],\"threshold\":1e99}", 400, "invalid-property", "finite");
    refused("{\"vector\":[1,0,0],\"threshold\":\"x\"}", 400, "invalid-property", "a string");
    refused(
        "{\"filter\":{\"must\":[{\"field\":\"x\",\"exists\":true}]}}",
        400,
        "undeclared-field",
        "'x'");
    refused("{\"filter\":{}}", 400, "invalid-filter", "filter");
    refused("{\"vectr\":[1]}", 400, "unknown-property", "vectr");
    refused(NEAR.replace("}", ",\"since\":{\"9\":1}}"), 404, "unknown-shard", "partition 9");
    refused(NEAR.replace("}", ",\"since\":{\"x\":1}}"), 400, "invalid-property", "'x'");
    for (String id :
        List.of(
            "nonsense", "0", "0:", ":1", "0:-1", "0:1,0:2", "0:1,", "0.:1", "0.1.1:1", "-,0:1")) {
      ApiFixture.problem(watched(id), 400, "invalid-parameter");
    }
    ApiFixture.problem(api.post("/v1/collections/dogs/watch", NEAR), 404, "unknown-collection");
    ApiFixture.problem(
        api.post(WATCH, "text/plain", BodyPublishers.ofString(NEAR)),
        415,
        "unsupported-content-type");
    assertEquals(0, watchers());
  }

  private void refused(String body, int status, String type, String detail) throws Exception {
    var problem = ApiFixture.problem(api.post(WATCH, body), status, type);
    assertTrue(problem.path("detail").asString().contains(detail), problem::toString);
  }

  @Test
  void watchersBeyondTheLimitAreRefused() throws Exception {
    start(it -> it.withWatchers(1));
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      var refused = api.post(WATCH, NEAR);
      ApiFixture.problem(refused, 503, "overloaded");
      assertEquals("5", refused.headers().firstValue("Retry-After").orElse(""));
    }
    Eventually.holds("the first has gone", () -> watchers() == 0);
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
    }
  }

  @Test
  void aServerThatStopsSaysSo() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      api.put("b", "", 1, 0, 0);
      assertEquals("match", stream.event().name());
      api.server.stop();
      Event end = stream.event();
      assertEquals("end", end.name());
      assertEquals("/problems/stopping", end.data().path("type").asString());
      assertTrue(end.id().isEmpty());
      assertThrows(EOFException.class, stream::event);
    }
  }

  @Test
  void aPartitionThatIsMadeAnewEndsItsWatches() throws Exception {
    start(it -> it);
    api.put("a", "", 1, 0, 0);
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      var docs = api.store.collection("docs").orElseThrow();
      docs.successor(0);
      docs.promote(0).get(30, TimeUnit.SECONDS);
      Event end = stream.event();
      assertEquals("/problems/position-gone", end.data().path("type").asString(), end::toString);
    }
  }

  /**
   * Nothing of what a client does not read is kept beyond the bounds; what it is told has no gap.
   */
  @Test
  void aSlowClientIsHeldBackThenDisconnected() throws Exception {
    int records = 40_000;
    int queueBytes = 16 << 10;
    start(it ->
        new WatchSettings(
            4,
            64,
            queueBytes,
            5_000,
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE));
    String payload = "{\"text\":\"" + "x".repeat(1_500) + "\"}";
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      for (int i = 0; i < records; i++) {
        api.put("key-" + i, payload, 1, 0, 0);
      }
      Eventually.holds("it is too slow", () -> ends("slow-watcher") == 1);
      assertEquals(1, watchers(), "it is gone before it was told");
      double queued = api.meters.get("weir.watch.queued").gauge().value();
      assertTrue(queued <= queueBytes + 1_024, () -> queued + " bytes wait");
      long next = 0;
      Event event = stream.event();
      for (; event.name().equals("match"); event = stream.event()) {
        assertEquals(next++, event.data().path("offset").asLong());
      }
      assertEquals("/problems/slow-watcher", event.data().path("type").asString());
      assertTrue(next < records, () -> "it was told all of them");
      assertThrows(EOFException.class, stream::event);
      String last = "0:" + next;
      try (EventStream again = watchAfter(last, NEAR)) {
        assertEquals(last, again.event().id().orElse(""));
        for (; next < records; next++) {
          assertEquals(next, again.event().data().path("offset").asLong());
        }
      }
    }
    Eventually.holds("both are gone", () -> watchers() == 0);
    assertEquals(1, ends("client-gone"));
  }

  private double ends(String reason) {
    return api.meters.get("weir.watch.ends").tag("reason", reason).counter().count();
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws Exception {
    start(it ->
        new WatchSettings(
            4,
            16,
            16 << 10,
            1_000_000,
            Duration.ofMillis(500),
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            Duration.ofMillis(100)));
    String payload = "{\"text\":\"" + "x".repeat(4_000) + "\"}";
    try (EventStream stream = watch(NEAR)) {
      assertEquals("begin", stream.event().name());
      for (int i = 0; i < 20_000 && watchers() > 0; i++) {
        api.put("key-" + i, payload, 1, 0, 0);
      }
      Eventually.holds("it is cut off", () -> watchers() == 0);
      long next = 0;
      try {
        for (Event event = stream.event(); ; event = stream.event()) {
          assertEquals(next++, event.data().path("offset").asLong());
        }
      } catch (IOException cut) {
        assertTrue(next > 0, "nothing was told");
      }
    }
  }

  @Test
  void manyWatchersAreToldTheirOwn() throws Exception {
    manyWatchers(100);
  }

  @Test
  @Tag("heavy")
  void aThousandWatchersAreToldTheirOwn() throws Exception {
    manyWatchers(1_000);
  }

  private void manyWatchers(int count) throws Exception {
    start(it -> it);
    api.put("first", "", 1, 0, 0);
    int rounds = 5;
    List<EventStream> streams = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        String body = "{\"filter\":{\"must\":[{\"keys\":[\"key-" + i + "\"]}]}}";
        streams.add(watch(body));
      }
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < count; i++) {
          api.put("key-" + i, "", 1, 0, 0);
        }
      }
      List<Callable<Integer>> readers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        readers.add(() -> {
          EventStream stream = streams.get(number);
          assertEquals("begin", stream.event().name());
          for (int round = 0; round < rounds; round++) {
            Event event = stream.event();
            assertEquals("key-" + number, event.data().path("key").asString());
            assertEquals(1 + round * count + number, event.data().path("offset").asInt());
          }
          return rounds;
        });
      }
      for (Future<Integer> reader : threads.invokeAll(readers)) {
        assertEquals(rounds, reader.get());
      }
    } finally {
      for (EventStream stream : streams) {
        stream.close();
      }
    }
  }
}
