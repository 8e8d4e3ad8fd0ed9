package io.weir.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.api.WatchSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** A watch of the client, against the server; an event is asked for when the test wants it. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ServedWatchTest {

  private static final WatchRequest NEAR = WatchRequest.near(0.5f, 1, 0, 0);

  /** As many attempts as a server takes to come back. */
  private static final Retries PATIENT =
      new Retries(1_000, Duration.ofMillis(1), Duration.ofMillis(50), 0.5);

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts it, with settings of its own
  private ApiFixture api;

  @SuppressWarnings("NullAway.Init") // likewise
  private WeirClient weir;

  private void start(WatchSettings watches) throws IOException {
    api = ApiFixture.start(directory, settings -> settings.withWatches(watches), FeedStatus.none());
    weir = WeirClient.builder(api.uri("/")).deadline(ApiFixture.PATIENCE).retries(PATIENT).build();
  }

  @AfterEach
  void stop() throws IOException {
    weir.close();
    api.close();
  }

  /** Off the event loops, which a reader that waits would keep waiting, too. */
  private Stream<WatchEvent> watch(WatchRequest request) {
    return weir.collection("docs")
        .watch(request)
        .publishOn(Schedulers.boundedElastic(), false, 1)
        .toStream(1);
  }

  private double ends(String reason) {
    return api.meters.get("weir.watch.ends").tag("reason", reason).counter().count();
  }

  private static String matched(WatchEvent event) {
    return assertInstanceOf(WatchEvent.Matched.class, event).row().key();
  }

  @Test
  void rowsComeAndGo() throws Exception {
    start(WatchSettings.defaults());
    api.put("before", "", 1, 0, 0);
    try (Stream<WatchEvent> stream = watch(NEAR)) {
      Iterator<WatchEvent> events = stream.iterator();
      var begun = assertInstanceOf(WatchEvent.Begun.class, events.next());
      assertEquals(Position.of(0, 1), begun.position());
      api.put("a", "{\"n\":  1}", 1, 0, 0);
      api.put("far", "", 0, 1, 0);
      api.put("a", "", 0, 0, 1);
      var matched = assertInstanceOf(WatchEvent.Matched.class, events.next());
      assertEquals(
          new Row(
              "a",
              0,
              1,
              Optional.of(Instant.ofEpochMilli(1_001)),
              Optional.empty(),
              Optional.of(Payload.owning("{\"n\":  1}".getBytes(StandardCharsets.UTF_8)))),
          matched.row());
      assertEquals(OptionalDouble.of(1), matched.score());
      WatchEvent left = events.next();
      assertEquals(new WatchEvent.Left("a", 0, 3, false, left.id()), left);
    }
    Eventually.holds("the client has gone", () -> ends("client-gone") == 1);
  }

  @Test
  void aLaterWatchGoesOnBehindAnyEvent() throws Exception {
    start(WatchSettings.defaults());
    api.put("first", "", 0, 1, 0);
    String beforeAll;
    String afterA;
    try (Stream<WatchEvent> stream = watch(NEAR)) {
      Iterator<WatchEvent> events = stream.iterator();
      beforeAll = events.next().id();
      api.put("a", "", 1, 0, 0);
      afterA = events.next().id();
    }
    api.put("b", "", 1, 0, 0);
    try (Stream<WatchEvent> stream = watch(NEAR.after(beforeAll))) {
      Iterator<WatchEvent> events = stream.iterator();
      assertEquals(beforeAll, events.next().id());
      assertEquals("a", matched(events.next()));
      assertEquals("b", matched(events.next()));
    }
    try (Stream<WatchEvent> stream = watch(NEAR.after(afterA))) {
      Iterator<WatchEvent> events = stream.iterator();
      assertEquals(afterA, events.next().id());
      assertEquals("b", matched(events.next()));
    }
  }

  @Test
  void aWatchGoesOnAtTheServerThatComesNext() throws Exception {
    start(WatchSettings.defaults());
    int port = api.server.port();
    try (Stream<WatchEvent> stream = watch(NEAR)) {
      Iterator<WatchEvent> events = stream.iterator();
      assertInstanceOf(WatchEvent.Begun.class, events.next());
      api.put("a", "", 1, 0, 0);
      assertEquals("a", matched(events.next()));
      api.server.close();
      assertEquals(1, ends("stopping"));
      api.put("b", "", 1, 0, 0);
      api.put("a", "", 0, 1, 0);
      try (ApiServer next =
          ApiServer.start(
              ApiSettings.defaults().withAddress("127.0.0.1", port),
              api.store,
              FeedStatus.none(),
              new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
        assertEquals(port, next.port());
        assertEquals("b", matched(events.next()));
        assertEquals("a", assertInstanceOf(WatchEvent.Left.class, events.next()).key());
        api.put("c", "", 1, 0, 0);
        assertEquals("c", matched(events.next()));
      }
    }
  }

  @Test
  void aWatchThatIsReadTooSlowlyGoesOnOverAnotherConnection() throws Exception {
    start(
        new WatchSettings(
            4,
            16,
            16 << 10,
            1_000_000,
            Duration.ofMillis(300),
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            Duration.ofMillis(100)));
    // More than the sockets of both sides hold.
    int mostRows = 20_000;
    String payload = "{\"text\":\"" + "x".repeat(4_000) + "\"}";
    try (Stream<WatchEvent> stream = watch(NEAR)) {
      Iterator<WatchEvent> events = stream.iterator();
      assertInstanceOf(WatchEvent.Begun.class, events.next());
      int rows = 0;
      for (; rows < mostRows && ends("slow-watcher") == 0; rows++) {
        api.put("key-" + rows, payload, 1, 0, 0);
      }
      Eventually.holds("it is too slow", () -> ends("slow-watcher") > 0);
      for (int i = 0; i < rows; i++) {
        assertEquals("key-" + i, matched(events.next()));
      }
    }
  }

  @Test
  void aPositionFromWhichNothingExactCanBeToldIsGone() throws Exception {
    start(WatchSettings.defaults());
    api.put("a", "", 1, 0, 0);
    api.put("a", "", 1, 1, 0);
    api.put("b", "", 1, 1, 0);
    assertTrue(api.store.checkpoint().get(30, TimeUnit.SECONDS).succeeded());
    try (Stream<WatchEvent> stream = watch(NEAR.since(Position.of(0, 1)))) {
      assertEquals(Position.of(0, 2), gone(stream.iterator()).oldest());
    }
  }

  @Test
  void aPartitionThatIsMadeAnewEndsIt() throws Exception {
    start(WatchSettings.defaults());
    api.put("a", "", 1, 0, 0);
    String before;
    try (Stream<WatchEvent> stream = watch(NEAR)) {
      Iterator<WatchEvent> events = stream.iterator();
      before = events.next().id();
      api.makeAnew("a", "b");
      gone(events);
    }
    try (Stream<WatchEvent> stream = watch(NEAR.after(before))) {
      gone(stream.iterator());
    }
  }

  private static WeirProblemException gone(Iterator<WatchEvent> events) {
    WeirProblemException gone = assertThrows(WeirProblemException.class, events::next);
    assertTrue(gone.is("position-gone"), gone::getMessage);
    assertEquals(410, gone.status());
    return gone;
  }
}
