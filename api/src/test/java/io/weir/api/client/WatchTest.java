package io.weir.api.client;

import static io.weir.api.client.Field.field;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A watch goes on over as many connections as it takes. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchTest {

  private static final String BEGIN =
      "event: begin\nid: 0.3:5,1:0\ndata: {\"position\":{\"0\":5,\"1\":0}}\n\n";
  private static final WatchRequest REQUEST = WatchRequest.near(0.5f, 1, 0);

  private static final String FUTURE = "event: future\ndata: {}\n\n";
  private static final String SIGN_OF_LIFE = ":\nid: 0:11,1:0\n\n";

  private static String end(String type, String title, String detail) {
    return "event: end\ndata: {\"type\":\"/problems/"
        + type
        + "\",\"title\":\""
        + title
        + "\",\"detail\":\""
        + detail
        + "\"}\n\n";
  }

  /** Sends events, and ends the answer. */
  private static FakeServer.Reply events(String text) {
    return response ->
        response
            .header("Content-Type", "text/event-stream")
            .sendString(Mono.just(text), StandardCharsets.UTF_8)
            .then();
  }

  private static WeirClient client(FakeServer server) {
    return WeirClient.builder(server.url())
        .deadline(ApiFixture.PATIENCE)
        .retries(new Retries(2, Duration.ofMillis(1), Duration.ofMillis(5), 0.5))
        .build();
  }

  private static List<String> lastIds(FakeServer server) {
    return server.headers.stream()
        .filter(header -> header.toLowerCase(java.util.Locale.ROOT).startsWith("last-event-id: "))
        .map(header -> header.substring("last-event-id: ".length()))
        .toList();
  }

  @Test
  void eventsComeOnceWhateverBecomesOfConnections() {
    String match =
        "event: match\nid: 0.3:6,1:0\ndata: {\"score\":0.75,\"key\":\"ü\",\"partition\":0,\"offset\":5,"
            + "\"timestamp\":7,\"payload\":{\"a\":  1}}\n\n";
    String leave =
        "event: leave\r\nid: 0.3:9,1:0\r\ndata: {\"key\":\"ü\",\"partition\":0,\"offset\":8,"
            + "\"reason\":\"deleted\"}\r\n\r\n";
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.busy(503, "0"),
                events(BEGIN + match + ":\nid: 0:7,1:0\n\nevent: match\nid: 0:8,1:0\nda"),
                FakeServer.cut(),
                events(BEGIN + leave + end("stopping", "t", "d")),
                events(FUTURE + SIGN_OF_LIFE + end("position-gone", "T", "D")));
        WeirClient weir = client(server)) {
      StepVerifier.create(weir.collection("docs").watch(REQUEST))
          .expectNext(new WatchEvent.Begun(Position.of(0, 5).with(1, 0), "0.3:5,1:0"))
          .expectNext(
              new WatchEvent.Matched(
                  new Row(
                      "ü",
                      0,
                      5,
                      Optional.of(Instant.ofEpochMilli(7)),
                      Optional.empty(),
                      Optional.of(Payload.owning("{\"a\":  1}".getBytes(StandardCharsets.UTF_8)))),
                  OptionalDouble.of(0.75),
                  "0.3:6,1:0"))
          .expectNext(new WatchEvent.Left("ü", 0, 8, true, "0.3:9,1:0"))
          .expectErrorSatisfies(failure -> {
            WeirProblemException gone = (WeirProblemException) failure;
            assertTrue(gone.is("position-gone"));
            assertEquals(
                List.of(410, "T", "D"), List.of(gone.status(), gone.title(), gone.detail()));
          })
          .verify(ApiFixture.PATIENCE);
      assertEquals(5, server.requests.size());
      assertEquals(List.of("0:7,1:0", "0:7,1:0", "0.3:9,1:0"), lastIds(server));
    }
  }

  @Test
  void aWatchEndsWhenNobodyAnswersSeveralTimesInARow() {
    try (FakeServer server =
            FakeServer.answering(FakeServer.cut(), events(BEGIN), FakeServer.cut());
        WeirClient weir = client(server)) {
      StepVerifier.create(weir.collection("docs").watch(REQUEST))
          .expectNextCount(1)
          .expectError(WeirUnavailableException.class)
          .verify(ApiFixture.PATIENCE);
      assertEquals(4, server.requests.size());
    }
  }

  @Test
  void aWatchThatIsRefusedIsNotTriedAgain() {
    try (FakeServer server =
            FakeServer.answering(
                FakeServer.json(
                    400,
                    "{\"type\":\"/problems/invalid-vector\",\"title\":\"\",\"status\":400,"
                        + "\"detail\":\"no\",\"instance\":\"/\"}"));
        WeirClient weir = client(server)) {
      StepVerifier.create(
              weir.collection("docs")
                  .watch(
                      WatchRequest.of(Filter.all(field("lang").match("en")))
                          .since(Position.of(0, 1))))
          .expectError(WeirProblemException.class)
          .verify(ApiFixture.PATIENCE);
      assertEquals(List.of("POST /v1/collections/docs/watch"), server.requests);
    }
  }

  @Test
  void aLaterWatchGoesOnBehindAnEventOfAnEarlierOne() {
    try (FakeServer server = FakeServer.answering(events(BEGIN + end("position-gone", "T", "D")));
        WeirClient weir = client(server)) {
      StepVerifier.create(weir.collection("docs").watch(REQUEST.after("0.3:5,1:0")))
          .expectNextCount(1)
          .expectError(WeirProblemException.class)
          .verify(ApiFixture.PATIENCE);
      assertEquals(List.of("0.3:5,1:0"), lastIds(server));
    }
  }

  @Test
  void leavingAWatchClosesItsConnection() {
    try (FakeServer server =
            FakeServer.answering(FakeServer.stallWithin("text/event-stream", BEGIN));
        WeirClient weir = client(server)) {
      StepVerifier.create(weir.collection("docs").watch(REQUEST))
          .expectNextCount(1)
          .thenCancel()
          .verify(ApiFixture.PATIENCE);
      Eventually.holds("the connection is closed", () -> server.gone.get() == 1);
    }
  }

  @Test
  void theRequestSaysWhatIsWatchedFor() {
    assertEquals(
        "{\"vector\":[1.0,0.0],\"threshold\":0.5,\"filter\":{\"must\":[{\"keys\":[\"a\"]}]},"
            + "\"withVector\":true,\"withPayload\":false,\"since\":{\"0\":7}}",
        new String(
            RequestJson.watch(
                REQUEST
                    .filter(Filter.all(Condition.keys("a")))
                    .withVector(true)
                    .withPayload(false)
                    .since(Position.of(0, 7))),
            StandardCharsets.UTF_8));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new WatchRequest(
                Optional.empty(),
                Optional.empty(),
                true,
                true,
                Optional.empty(),
                Optional.empty()));
  }
}
