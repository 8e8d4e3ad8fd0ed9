package io.weir.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.client.WeirUnavailableException.Reason;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is tried again and what is not, against a server that fails. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RetryTest {

  private static final String NO_COLLECTIONS = "{\"collections\":[]}";
  private static final FakeServer.Reply GOOD = FakeServer.json(200, NO_COLLECTIONS);
  private static final Retries QUICK =
      new Retries(4, Duration.ofMillis(1), Duration.ofMillis(5), 0.5);

  private static WeirClient client(FakeServer server) {
    return WeirClient.builder(server.url()).deadline(ApiFixture.PATIENCE).retries(QUICK).build();
  }

  private static <T> T await(Mono<T> call) {
    return call.blockOptional(ApiFixture.PATIENCE).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void aReadThatIsRefusedForNowIsTriedAgain(int status) {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.busy(status, "0"),
                FakeServer.busy(status, "Tue, 01 Jan 2019 00:00:00 GMT"),
                FakeServer.busy(status, "soon"),
                GOOD);
        WeirClient weir = client(server)) {
      assertEquals(List.of(), await(weir.collections()));
      assertEquals(4, server.requests.size());
    }
  }

  @Test
  void aReadIsTriedAgainWhenItsConnectionBreaks() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.cut(),
                FakeServer.reset(),
                FakeServer.cutWithin("application/json", "{\"collections\":"),
                GOOD);
        WeirClient weir = client(server)) {
      assertEquals(List.of(), await(weir.collections()));
      assertEquals(4, server.requests.size());
    }
  }

  @Test
  void attemptsComeToAnEnd() {
    try (FakeServer server = FakeServer.answering(FakeServer.busy(503, "0"));
        WeirClient weir = client(server)) {
      WeirProblemException refused =
          assertThrows(WeirProblemException.class, () -> await(weir.collections()));
      assertEquals(503, refused.status());
      assertEquals(Optional.of(Duration.ZERO), refused.retryAfter());
      assertEquals(5, server.requests.size());
      assertThrows(
          WeirProblemException.class, () -> await(weir.withRetries(Retries.none()).collections()));
      assertEquals(6, server.requests.size());
    }
  }

  /** Waiting would be for nothing. */
  @Test
  void aPauseThatEndsBehindTheDeadlineIsNotBegun() {
    try (FakeServer server = FakeServer.answering(FakeServer.busy(503, "3600"), GOOD);
        WeirClient weir = client(server)) {
      WeirProblemException refused =
          assertThrows(WeirProblemException.class, () -> await(weir.collections()));
      assertEquals(Optional.of(Duration.ofHours(1)), refused.retryAfter());
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void whatTheClientIsToBlameForIsNotTriedAgain() {
    String problem =
        "{\"type\":\"/problems/storage-damaged\",\"title\":\"T\",\"status\":500,\"detail\":\"D\","
            + "\"instance\":\"/\",\"errorId\":\"e1\",\"traceId\":\"0123\",\"more\":[{}],"
            + "\"oldest\":{\"0\":7},\"position\":{\"1\":8}}";
    for (int status : new int[] {400, 404, 409, 500, 504}) {
      try (FakeServer server = FakeServer.answering(FakeServer.json(status, problem));
          WeirClient weir = client(server)) {
        WeirProblemException failed =
            assertThrows(WeirProblemException.class, () -> await(weir.collections()));
        assertEquals(status, failed.status());
        assertEquals(List.of("T", "D"), List.of(failed.title(), failed.detail()));
        assertEquals(Optional.of("e1"), failed.errorId());
        assertEquals(Optional.of("0123"), failed.traceId());
        assertEquals(Position.of(0, 7), failed.oldest());
        assertEquals(Position.of(1, 8), failed.position());
        assertEquals(Position.NONE, failed.newest());
        assertEquals(1, server.requests.size());
      }
    }
  }

  @Test
  void anOrderIsRepeatedOnlyWhereItWasNotHeard() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.busy(503, "0"),
                FakeServer.json(200, "{\"status\":\"resumed\",\"detail\":\"on\"}"),
                FakeServer.cut(),
                FakeServer.json(200, "{}"));
        WeirClient weir = client(server)) {
      CollectionClient docs = weir.collection("docs");
      assertEquals("on", await(docs.resume(0, new ResumeWay.Retry())));
      assertEquals(2, server.requests.size());
      WeirUnavailableException lost =
          assertThrows(
              WeirUnavailableException.class, () -> await(docs.resume(0, new ResumeWay.Rebuild())));
      assertEquals(Reason.CONNECTION_LOST, lost.reason());
      assertEquals(3, server.requests.size());
    }
  }

  @Test
  void aServerThatIsNotThereIsWaitedForAndThenNamed() throws IOException {
    int port;
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = taken.getLocalPort();
    }
    try (WeirClient weir = WeirClient.builder("http://127.0.0.1:" + port).retries(QUICK).build()) {
      WeirUnavailableException nobody =
          assertThrows(
              WeirUnavailableException.class,
              () -> await(weir.collection("docs").resume(0, new ResumeWay.Retry())));
      assertEquals(Reason.NOT_CONNECTED, nobody.reason());
      assertEquals("nobody answers at http://127.0.0.1:" + port, nobody.getMessage());
    }
  }

  @Test
  void aStalledServerIsGivenUpAtTheDeadline() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.stall(),
                FakeServer.stallWithin("application/json", "{\"collections\":["));
        WeirClient weir = client(server)) {
      for (int i = 1; i <= 2; i++) {
        WeirDeadlineException late =
            assertThrows(
                WeirDeadlineException.class,
                () -> await(weir.withDeadline(Duration.ofMillis(300)).collections()));
        assertEquals(Duration.ofMillis(300), late.deadline());
        assertEquals(server.url() + " did not answer within 300 ms", late.getMessage());
        int closed = i;
        Eventually.holds("the exchange is closed", () -> server.gone.get() == closed);
      }
    }
  }

  @Test
  void aDeadlineThatPassesAmongAttemptsNamesTheLastFailure() {
    try (FakeServer server = FakeServer.answering(FakeServer.cut(), FakeServer.stall());
        WeirClient weir = client(server)) {
      WeirDeadlineException late =
          assertThrows(
              WeirDeadlineException.class,
              () -> await(weir.withDeadline(Duration.ofSeconds(1)).collections()));
      assertTrue(
          String.valueOf(late.getMessage()).contains("it was tried 2 times"), late.getMessage());
      assertInstanceOf(WeirUnavailableException.class, late.getCause());
    }
  }

  @Test
  void cancellingACallClosesItsExchange() {
    try (FakeServer server = FakeServer.answering(FakeServer.stall());
        WeirClient weir = client(server)) {
      Disposable call = weir.collections().subscribe();
      Eventually.holds("the request is there", () -> server.requests.size() == 1);
      call.dispose();
      Eventually.holds("the exchange is closed", () -> server.gone.get() == 1);
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void whoIsNoWeirIsToldFromOneThatRefuses() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.json(200, "<html>hello</html>"),
                FakeServer.json(200, "[]"),
                FakeServer.json(200, "{}"),
                FakeServer.json(200, "{\"collections\":[{\"name\":1}]}"),
                FakeServer.json(502, "<html>bad gateway</html>"));
        WeirClient weir = client(server)) {
      for (int i = 0; i < 4; i++) {
        WeirFormatException strange =
            assertThrows(WeirFormatException.class, () -> await(weir.collections()));
        assertTrue(
            String.valueOf(strange.getMessage()).contains("it is no Weir"), strange.getMessage());
      }
      WeirProblemException gateway =
          assertThrows(WeirProblemException.class, () -> await(weir.collections()));
      assertEquals(List.of("about:blank", 502), List.of(gateway.type(), gateway.status()));
      assertEquals(5, server.requests.size());
    }
  }

  /** Whoever asks for readiness wants to know, not to wait for it. */
  @Test
  void notReadyIsAnAnswer() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.json(
                    503,
                    "{\"type\":\"/problems/not-ready\",\"title\":\"\",\"status\":503,"
                        + "\"detail\":\"7 to go\",\"instance\":\"/readyz\"}"));
        WeirClient weir = client(server)) {
      assertEquals(new Readiness.NotReady("7 to go"), await(weir.readiness()));
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void theKeyGoesWithEveryRequest() {
    try (FakeServer server = FakeServer.answering(GOOD);
        WeirClient weir = WeirClient.builder(server.url() + "/behind/").apiKey("k-1").build()) {
      assertEquals(List.of(), await(weir.collections()));
      assertEquals(List.of("GET /behind/v1/collections"), server.requests);
      assertTrue(
          server.headers.stream().anyMatch("authorization: Bearer k-1"::equalsIgnoreCase),
          server.headers::toString);
    }
  }

  @Test
  void anExportIsTriedAgainUntilItBeginsAndThenNoMore() {
    String row = "{\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":null}\n";
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.busy(503, "0"),
                FakeServer.cut(),
                FakeServer.cutWithin("application/x-ndjson", row + row + "{\"key\""));
        WeirClient weir = client(server)) {
      StepVerifier.create(weir.collection("docs").export(ExportRequest.lines()).map(Row::key))
          .expectNext("a", "a")
          .expectError(WeirUnavailableException.class)
          .verify(ApiFixture.PATIENCE);
      assertEquals(3, server.requests.size());
    }
  }

  @Test
  void anExportThatDoesNotBeginIsGivenUp() {
    try (FakeServer server = FakeServer.answering(FakeServer.stall());
        WeirClient weir = client(server)) {
      StepVerifier.create(hasty(weir).export(ExportRequest.lines()))
          .expectError(WeirDeadlineException.class)
          .verify(ApiFixture.PATIENCE);
      Eventually.holds("the exchange is closed", () -> server.gone.get() == 1);
    }
  }

  private static CollectionClient hasty(WeirClient weir) {
    return weir.withDeadline(Duration.ofMillis(300)).collection("docs");
  }

  @Test
  void anExportThatStallsIsGivenUpWhereRowsAreWanted() {
    String row = "{\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":null}\n";
    try (FakeServer server =
            FakeServer.answering(FakeServer.stallWithin("application/x-ndjson", row));
        WeirClient weir = client(server)) {
      StepVerifier.create(hasty(weir).export(ExportRequest.lines()).map(Row::key))
          .expectNext("a")
          .expectError(WeirDeadlineException.class)
          .verify(ApiFixture.PATIENCE);
      Eventually.holds("the exchange is closed", () -> server.gone.get() == 1);
    }
  }

  @Test
  void pausesDoubleUpToTheLongestAndLeaveAPartToChance() {
    Retries retries = new Retries(9, Duration.ofMillis(100), Duration.ofSeconds(1), 0.5);
    assertEquals(Duration.ofMillis(100), retries.pause(0, 0));
    assertEquals(Duration.ofMillis(50), retries.pause(0, 1));
    assertEquals(Duration.ofMillis(400), retries.pause(2, 0));
    assertEquals(Duration.ofSeconds(1), retries.pause(4, 0));
    assertEquals(Duration.ofSeconds(1), retries.pause(1_000, 0));
    assertEquals(Duration.ZERO, retries.pauses(Duration.ZERO, Duration.ZERO).pause(99, 0.3));
    assertThrows(IllegalArgumentException.class, () -> retries.most(-1));
    assertThrows(
        IllegalArgumentException.class,
        () -> retries.pauses(Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }
}
