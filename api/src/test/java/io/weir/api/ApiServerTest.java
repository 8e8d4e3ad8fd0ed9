package io.weir.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class ApiServerTest {

  private static final String QUERY = "{\"vector\":[1,0,0]}";

  /** A label longer than 63 characters: no name server need be asked. */
  private static final String NO_HOST = "a".repeat(64) + ".invalid";

  @TempDir private Path directory;
  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  void itListensOnLoopbackUnlessToldOtherwise() {
    assertEquals("127.0.0.1", ApiSettings.defaults().host());
  }

  @Test
  void aTakenPortIsSaidToBeTaken() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      ApiSettings same = ApiSettings.defaults().withAddress("127.0.0.1", api.server.port());
      BindException taken =
          assertThrows(
              BindException.class,
              () ->
                  ApiServer.start(
                      same,
                      api.store,
                      FeedStatus.none(),
                      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
      assertTrue(
          String.valueOf(taken.getMessage()).contains("127.0.0.1:" + api.server.port()),
          taken::getMessage);
      ApiFixture.json(api.get("/livez"));
    }
  }

  @Test
  void aHostThatDoesNotExistIsAnError() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      ApiSettings nowhere = ApiSettings.defaults().withAddress(NO_HOST, 0);
      IOException failure =
          assertThrows(
              IOException.class,
              () ->
                  ApiServer.start(
                      nowhere,
                      api.store,
                      FeedStatus.none(),
                      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
      assertTrue(String.valueOf(failure.getMessage()).contains(NO_HOST), failure::getMessage);
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    ApiSettings defaults = ApiSettings.defaults();
    assertThrows(IllegalArgumentException.class, () -> defaults.withAddress("a", 65_536));
    assertThrows(IllegalArgumentException.class, () -> defaults.withSearches(0, 1));
    assertThrows(IllegalArgumentException.class, () -> defaults.withDeadline(Duration.ZERO));
  }

  @Test
  void theStoreIsNeverReadOnAnEventLoop() throws Exception {
    Set<String> threads = ConcurrentHashMap.newKeySet();
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("a", "", 1, 0, 0);
      api.store.beforeSearch = _ -> threads.add(Thread.currentThread().getName());
      api.store.beforeGet = () -> threads.add(Thread.currentThread().getName());
      api.store.beforeStats = () -> threads.add(Thread.currentThread().getName());
      api.store.onCheckpoint =
          running -> {
            threads.add(Thread.currentThread().getName());
            return running;
          };
      for (String path :
          List.of(
              "/v1/collections",
              "/v1/collections/docs",
              "/v1/collections/docs/vectors/a",
              "/v1/stats",
              "/metrics",
              "/v1/checkpoints")) {
        assertEquals(200, api.get(path).statusCode());
      }
      ApiFixture.json(api.search("{\"key\":\"a\"}"));
      ApiFixture.json(
          api.send(
              HttpRequest.newBuilder(api.uri("/v1/checkpoints")).POST(BodyPublishers.noBody())));
    }
    assertFalse(threads.isEmpty());
    assertTrue(
        threads.stream().allMatch(name -> name.matches("weir-(reads|searches|scrapes)-\\d+")),
        threads::toString);
  }

  @Test
  void manyClientsAtOnceEachGetTheirOwnAnswer() throws Exception {
    try (ApiFixture api =
        ApiFixture.start(directory, it -> it.withSearches(2, 500), FeedStatus.none())) {
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        api.put("key" + i, "{\"number\":" + i + "}", 1, i, i * i);
      }
      for (int i = 0; i < 500; i++) {
        HttpRequest.Builder request =
            i % 2 == 0
                ? HttpRequest.newBuilder(api.uri("/v1/collections/docs/vectors/key" + i % 50))
                : search(api, "{\"key\":\"key" + i % 50 + "\",\"k\":1}");
        answers.add(api.sendUntilAccepted(request.build()));
      }
      for (int i = 0; i < 500; i++) {
        HttpResponse<String> answer = answers.get(i).get(30, TimeUnit.SECONDS);
        JsonNode row =
            i % 2 == 0 ? ApiFixture.json(answer) : ApiFixture.json(answer).path("hits").path(0);
        assertEquals(i % 50, row.path("payload").path("number").asInt(-1));
      }
    }
  }

  @Test
  void aSearchBeyondTheQueueIsRefusedAndHealthAndReadsAreNot() throws Exception {
    try (ApiFixture api =
        ApiFixture.start(directory, it -> it.withSearches(1, 1), FeedStatus.none())) {
      api.put("a", "", 1, 0, 0);
      AtomicInteger begun = new AtomicInteger();
      api.store.beforeSearch =
          _ -> {
            begun.incrementAndGet();
            waitForRelease();
          };
      CompletableFuture<HttpResponse<String>> running = searchAsync(api);
      Eventually.holds("the first search runs", () -> begun.get() == 1);
      CompletableFuture<HttpResponse<String>> waiting = searchAsync(api);
      Eventually.holds(
          "the second search waits",
          () -> api.meters.get("weir.work.queued").tag("pool", "searches").gauge().value() == 1);
      HttpResponse<String> refused = api.search(QUERY);
      ApiFixture.problem(refused, 503, "overloaded");
      String retryAfter = refused.headers().firstValue("Retry-After").orElse("");
      assertTrue(retryAfter.matches("[1-4]"), retryAfter);
      assertEquals(
          1, api.meters.get("weir.work.refused").tag("pool", "searches").functionCounter().count());
      ApiFixture.json(api.get("/livez"));
      ApiFixture.json(api.get("/readyz"));
      ApiFixture.json(api.get("/v1/collections/docs/vectors/a"));
      assertEquals(200, api.get("/metrics").statusCode());
      release.countDown();
      ApiFixture.json(running.get(30, TimeUnit.SECONDS));
      ApiFixture.json(waiting.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void aSearchThatTakesTooLongIsCancelledAndSaidSo() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    try (ApiFixture api =
        ApiFixture.start(
            directory, it -> it.withDeadline(Duration.ofSeconds(2)), FeedStatus.none())) {
      // The search must have begun by then, or it is never called.
      api.store.beforeSearch =
          query -> {
            Eventually.holds("the query is cancelled", query.cancelled());
            cancelled.countDown();
          };
      ApiFixture.problem(api.search(QUERY), 504, "deadline-passed");
      assertTrue(cancelled.await(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void aClientThatLeavesCancelsItsSearch() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.store.beforeSearch =
          query -> {
            begun.countDown();
            Eventually.holds("the query is cancelled", query.cancelled());
            cancelled.countDown();
          };
      try (RawConnection connection = new RawConnection(api.server.port())) {
        connection.send(
            "POST /v1/collections/docs/search HTTP/1.1\r\nHost: a\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + QUERY.length()
                + "\r\n\r\n"
                + QUERY);
        assertTrue(begun.await(30, TimeUnit.SECONDS));
      }
      assertTrue(cancelled.await(30, TimeUnit.SECONDS));
      Eventually.holds(
          "the request counts as cancelled",
          () ->
              api.meters.find("weir.http.requests").tag("status", "cancelled").timers().size()
                  == 1);
    }
  }

  @Test
  void anAnnouncedStopIsSeenByHealthChecksOnly() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.server.announceStop();
      ApiFixture.problem(api.get("/readyz"), 503, "stopping");
      ApiFixture.json(api.get("/livez"));
      ApiFixture.json(api.search(QUERY));
    }
  }

  @Test
  void stoppingAnswersWhatIsInFlightAndClosesTheRest() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory);
        RawConnection idle = new RawConnection(api.server.port());
        RawConnection busy = new RawConnection(api.server.port())) {
      CountDownLatch begun = new CountDownLatch(1);
      api.store.beforeSearch =
          _ -> {
            begun.countDown();
            waitForRelease();
          };
      idle.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(200, idle.read().status());
      busy.send(
          "POST /v1/collections/docs/search HTTP/1.1\r\nHost: a\r\n"
              + "Content-Type: application/json\r\nContent-Length: "
              + QUERY.length()
              + "\r\n\r\n"
              + QUERY);
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      Thread stopper = Thread.ofPlatform().name("stopper").start(api.server::stop);
      assertEquals(0, idle.readToEnd().length);
      int port = api.server.port();
      Eventually.holds("nobody listens", () -> refusesConnections(port));
      assertTrue(stopper.isAlive());
      release.countDown();
      RawConnection.Reply reply = busy.read();
      assertEquals(200, reply.status());
      assertTrue(reply.headers().contains("connection: close"), reply::headers);
      assertTrue(stopper.join(Duration.ofSeconds(30)));
    }
  }

  private static boolean refusesConnections(int port) {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void stoppingDoesNotWaitForeverAndCancelsWhatIsLate() throws Exception {
    UnaryOperator<ApiSettings> hasty =
        it ->
            new ApiSettings(
                it.host(),
                it.port(),
                it.maxBodyBytes(),
                it.maxConnections(),
                it.maxConnectionsPerAddress(),
                it.searchThreads(),
                it.searchQueue(),
                ApiFixture.PATIENCE,
                it.checkpointDeadline(),
                it.bodyTimeout(),
                it.idleTimeout(),
                Duration.ofMillis(50),
                ViewSettings.defaults(),
                it.logs(),
                it.watches(),
                it.qdrant(),
                it.security());
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    try (ApiFixture api = ApiFixture.start(directory, hasty, FeedStatus.none())) {
      api.store.beforeSearch =
          query -> {
            begun.countDown();
            Eventually.holds("the query is cancelled", query.cancelled());
            cancelled.countDown();
          };
      CompletableFuture<HttpResponse<String>> abandoned = searchAsync(api);
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      api.server.stop();
      assertTrue(cancelled.await(30, TimeUnit.SECONDS));
      assertThrows(ExecutionException.class, () -> abandoned.get(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void stoppingTwiceIsNoError() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.server.stop();
      api.server.stop();
    }
  }

  private static CompletableFuture<HttpResponse<String>> searchAsync(ApiFixture api) {
    return api.client().sendAsync(search(api, QUERY).build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder search(ApiFixture api, String json) {
    return HttpRequest.newBuilder(api.uri("/v1/collections/docs/search"))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(json));
  }

  private void waitForRelease() {
    try {
      assertTrue(release.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
