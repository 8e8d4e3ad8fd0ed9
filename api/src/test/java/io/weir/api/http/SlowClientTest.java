package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.api.observe.Observer;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

/** Clients that send, or read, as slowly as they can, and together hold as much as they can. */
@ExtendWith(NoLeaks.class)
class SlowClientTest {

  private static final Duration SOON = Duration.ofSeconds(2);

  /** Far more than sockets hold. */
  private static final int LARGE = 48 << 20;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private @Nullable HttpEndpoint endpoint;

  private HttpEndpoint endpoint() {
    return Objects.requireNonNull(endpoint, "not started");
  }

  private void start(HttpLimits limits) throws IOException {
    Route large =
        Route.get(
            "/large",
            _ -> Mono.just(new WholeAnswer(200, MediaTypes.JSON, new byte[LARGE], Map.of())));
    Route small = Route.get("/small", _ -> Mono.just(Answer.json(json -> json.writeNumber(1))));
    Route echo =
        Route.post(
            "/length",
            request ->
                request.body().map(body -> Answer.json(json -> json.writeNumber(body.length))));
    endpoint =
        HttpEndpoint.start(
            "127.0.0.1",
            0,
            limits,
            new Router(List.of(large, small, echo), Optional.empty()),
            HttpSecurity.none(),
            meters,
            new Observer(OpenTelemetry.noop(), RequestLogs.defaults()));
  }

  private static HttpLimits limits(
      long heldBodies, long heldAnswers, Duration body, Duration write) {
    return new HttpLimits(
        1 << 20, heldBodies, heldAnswers, 100, 0, body, ApiFixture.PATIENCE, write);
  }

  @AfterEach
  void stop() {
    endpoint().drain(ApiFixture.PATIENCE);
    endpoint().close();
  }

  private RawConnection connect() throws IOException {
    return new RawConnection(endpoint().address().getPort());
  }

  private int status(String request) throws IOException {
    try (RawConnection connection = connect()) {
      connection.send(request);
      return connection.read().status();
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String head(int length) {
    return "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n";
  }

  private double held(String what) {
    return meters.get("weir.http.held").tag("what", what).gauge().value();
  }

  @Test
  void anAnswerThatNobodyReadsEndsItsConnection() throws Exception {
    start(limits(1 << 24, 1 << 26, ApiFixture.PATIENCE, SOON));
    try (RawConnection connection = connect()) {
      connection.send(get("/large"));
      Eventually.holds("the answer waits", () -> held("answers") > 0);
      Eventually.holds("it does no more", () -> held("answers") == 0);
      Eventually.holds(
          "the connection is closed",
          () -> meters.get("weir.http.connections").gauge().value() == 0);
    }
  }

  @Test
  void answersThatNobodyReadsAreBoundedTogetherAndSmallOnesGoOn() throws Exception {
    start(limits(1 << 24, LARGE, ApiFixture.PATIENCE, ApiFixture.PATIENCE));
    List<RawConnection> idle = new ArrayList<>();
    try {
      RawConnection first = connect();
      idle.add(first);
      first.send(get("/large"));
      Eventually.holds("the answer waits", () -> held("answers") > 0);
      for (int i = 0; i < 20; i++) {
        try (RawConnection connection = connect()) {
          connection.send(get("/large"));
          RawConnection.Reply reply = connection.read();
          ApiFixture.problem(reply.body(), 503, "overloaded");
          assertTrue(reply.headers().contains("retry-after: "), reply::headers);
        }
        assertEquals(200, status(get("/small")));
      }
      assertTrue(held("answers") <= LARGE, () -> held("answers") + " bytes are held");
    } finally {
      for (RawConnection connection : idle) {
        connection.close();
      }
    }
    Eventually.holds("who has left holds nothing", () -> held("answers") == 0);
    assertEquals(200, status(get("/large")));
  }

  @Test
  void bodiesThatDoNotEndAreBoundedTogetherAndSmallOnesGoOn() throws Exception {
    int most = 4 << 20;
    start(limits(most, 1 << 26, Duration.ofSeconds(5), ApiFixture.PATIENCE));
    byte[] part = new byte[1_000_000];
    List<RawConnection> unfinished = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        RawConnection connection = connect();
        unfinished.add(connection);
        connection.send(head(part.length + 1));
        connection.send(part);
      }
      Eventually.holds("bodies are held", () -> held("bodies") > most - part.length);
      assertTrue(held("bodies") <= most, () -> held("bodies") + " bytes are held");
      assertEquals(200, status(head(10_000) + "x".repeat(10_000)), "as large as a search");
      int refused = 0;
      for (RawConnection connection : unfinished) {
        RawConnection.Reply reply = connection.read();
        if (reply.status() == 503) {
          ApiFixture.problem(reply.body(), 503, "overloaded");
          refused++;
        } else {
          ApiFixture.problem(reply.body(), 408, "slow-body");
        }
      }
      assertTrue(refused >= 12, refused + " of 16 were refused");
    } finally {
      for (RawConnection connection : unfinished) {
        connection.close();
      }
    }
    Eventually.holds("nothing is held", () -> held("bodies") == 0);
    assertEquals(200, status(head(500_000) + "x".repeat(500_000)));
  }

  @Test
  void aBodyThatComesByteByByteIsAsSlowAsOneThatDoesNotCome() throws Exception {
    start(limits(1 << 24, 1 << 26, SOON, ApiFixture.PATIENCE));
    try (RawConnection connection = connect()) {
      connection.send(head(1_000_000));
      byte[] drop = {'x'};
      Eventually.holds(
          "the server gives up",
          () -> {
            try {
              connection.send(drop);
              return meters.find("weir.http.requests").tag("status", "408").timer() != null;
            } catch (IOException e) {
              return true;
            }
          });
      ApiFixture.problem(connection.read().body(), 408, "slow-body");
    }
  }
}
