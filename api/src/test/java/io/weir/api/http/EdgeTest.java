package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Timer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.ViewSettings;
import io.weir.api.WatchSettings;
import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What happens to requests that no handler sees, or should see. */
@ExtendWith(NoLeaks.class)
class EdgeTest {

  private static final String SEARCH = "/v1/collections/docs/search";
  private static final int TEN_MEGABYTES = 10_000_000;
  private static final int CONNECTIONS = 20;
  private static final int CONNECTIONS_OF_ADDRESS = 15;

  /** Addresses of loopback: the one that others come from, and two more. */
  private static final String HERE = "127.0.0.1";

  private static final String THERE = "127.0.0.2";
  private static final String ELSEWHERE = "127.0.0.3";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    ApiSettings settings =
        new ApiSettings(
            "127.0.0.1",
            0,
            1 << 20,
            CONNECTIONS,
            CONNECTIONS_OF_ADDRESS,
            2,
            8,
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            Duration.ofSeconds(4),
            Duration.ofSeconds(5),
            ApiFixture.PATIENCE,
            ViewSettings.defaults(),
            RequestLogs.defaults(),
            WatchSettings.defaults(),
            QdrantSettings.defaults(),
            SecuritySettings.none());
    api = ApiFixture.start(directory, _ -> settings, FeedStatus.none());
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/v1", "/v1/collections/", "/v1/collections/docs/vectors/", "/favicon.ico"})
  void anUnknownPathIsAProblem(String path) throws Exception {
    JsonNode problem = ApiFixture.problem(api.get(path), 404, "unknown-route");
    assertEquals(path, problem.path("instance").asString());
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/v1/collections,'GET, HEAD'",
    "DELETE,/v1/collections/docs,'GET, HEAD'",
    "GET,/v1/collections/docs/search,POST",
    "HEAD,/v1/collections/docs/search,POST",
    "PUT,/v1/checkpoints,'GET, HEAD, POST'",
    "OPTIONS,/livez,'GET, HEAD'"
  })
  void anotherMethodIsToldWhichAreAllowed(String method, String path, String allowed)
      throws Exception {
    HttpResponse<String> response =
        api.send(HttpRequest.newBuilder(api.uri(path)).method(method, BodyPublishers.noBody()));
    assertEquals(405, response.statusCode());
    assertEquals(allowed, response.headers().firstValue("Allow").orElse(""));
    if (!method.equals("HEAD")) {
      ApiFixture.problem(response, 405, "method-not-allowed");
    }
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() throws Exception {
    String body = "{\"vector\":[1,0,0]}";
    String padded = body + " ".repeat((1 << 20) - body.length());
    ApiFixture.json(api.search(padded));
    ApiFixture.problem(api.search(padded + " "), 413, "body-too-large");
  }

  @Test
  void aBodyThatIsAnnouncedTooLargeIsAProblemThatTheClientCanRead() throws Exception {
    JsonNode problem =
        ApiFixture.problem(
            api.post(
                SEARCH, "application/json", BodyPublishers.ofByteArray(new byte[TEN_MEGABYTES])),
            413,
            "body-too-large");
    assertEquals(
        "the body is larger than the limit of 1048576 bytes", problem.path("detail").asString());
    ApiFixture.json(api.get("/livez"));
  }

  @Test
  void aChunkedBodyThatGrowsTooLargeIsAProblemThatTheClientCanRead() throws Exception {
    ApiFixture.problem(
        api.post(
            SEARCH,
            "application/json",
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[TEN_MEGABYTES]))),
        413,
        "body-too-large");
    ApiFixture.json(api.get("/livez"));
  }

  @Test
  void aClientThatSendsAllBeforeItReadsGetsItsProblemToo() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(head(SEARCH, "application/json", TEN_MEGABYTES));
      connection.send(new byte[TEN_MEGABYTES]);
      RawConnection.Reply reply = connection.read();
      ApiFixture.problem(reply.body(), 413, "body-too-large");
      assertTrue(reply.headers().contains("connection: close"), reply::headers);
      assertEquals(0, connection.readToEnd().length);
    }
  }

  @Test
  void aClientThatWaitsForContinueGetsItsProblemAtOnce() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          head(SEARCH, "application/json", TEN_MEGABYTES)
              .replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
      RawConnection.Reply reply = connection.read();
      assertEquals(413, reply.status());
      ApiFixture.problem(reply.body(), 413, "body-too-large");
    }
  }

  @Test
  void aClientThatWaitsForContinueIsToldToGoOn() throws Exception {
    String body = "{\"vector\":[1,0,0]}";
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          head(SEARCH, "application/json", body.length())
              .replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
      String go = "HTTP/1.1 100 Continue\r\n\r\n";
      assertEquals(go, connection.readText(go.length()));
      connection.send(body);
      assertEquals(200, connection.read().status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/nowhere,application/json,404,unknown-route",
    "/v1/collections,application/json,405,method-not-allowed",
    "/v1/collections/dogs/search,application/json,404,unknown-collection",
    "/v1/collections/docs/search,text/plain,415,unsupported-content-type"
  })
  void aLargeBodyThatNobodyReadsDoesNotHideTheProblem(
      String path, String contentType, int status, String type) throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(head(path, contentType, TEN_MEGABYTES));
      connection.send(new byte[TEN_MEGABYTES]);
      RawConnection.Reply reply = connection.read();
      assertEquals(status, reply.status());
      ApiFixture.problem(reply.body(), status, type);
      assertEquals(0, connection.readToEnd().length);
    }
  }

  @Test
  void aBodyThatGoesOnForeverIsNotReadForever() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(head(SEARCH, "application/json", Long.MAX_VALUE));
      byte[] piece = new byte[1 << 20];
      Eventually.holds(
          "the server hangs up",
          () -> {
            try {
              connection.send(piece);
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
  }

  @Test
  void aSlowBodyIsAProblem() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(head(SEARCH, "application/json", 100));
      connection.send("{\"vector\":");
      RawConnection.Reply reply = connection.read();
      ApiFixture.problem(reply.body(), 408, "slow-body");
      assertTrue(reply.headers().contains("connection: close"), reply::headers);
      assertEquals(0, connection.readToEnd().length);
    }
  }

  @Test
  void aClientThatLeavesInTheMiddleOfItsBodyLeavesNothingBehind() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(head(SEARCH, "application/json", 100));
      connection.send("{\"vector\":");
    }
    Eventually.holds(
        "the request is over", () -> requests("/v1/collections/{collection}/search") == 1);
    ApiFixture.json(api.get("/livez"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONSENSE\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost: a:b\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET livez HTTP/1.1\r\nHost: a\r\n\r\n"
      })
  void whatIsNotHttpIsAProblem(String request) throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(request);
      ApiFixture.problem(connection.read().body(), 400, "malformed-request");
    }
  }

  /** What two readers of HTTP may understand in two ways, one of them a proxy in front. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4, 4\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: -4\r\n",
        "Content-Length: 0x4\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: \u000bchunked\r\n",
        "Transfer-Encoding: xchunked\r\nContent-Length: 4\r\n"
      })
  void noRequestIsSmuggledInTheBodyOfAnother(String framing) throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          "POST "
              + SEARCH
              + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + framing
              + "\r\n0\r\n\r\n"
              + get("/livez"));
      String answers = new String(connection.readToEnd(), StandardCharsets.UTF_8);
      assertTrue(answers.startsWith("HTTP/1.1 400 "), answers);
      assertFalse(answers.contains("\"live\""), answers);
      assertEquals(1, answers.split("HTTP/1.1 ", -1).length - 1, answers);
    }
  }

  @Test
  void anEncodingInHttpThatHasNoneIsRefused() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          "POST "
              + SEARCH
              + " HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
              + get("/livez"));
      String answers = new String(connection.readToEnd(), StandardCharsets.UTF_8);
      assertFalse(answers.contains("\"live\""), answers);
    }
  }

  @Test
  void anotherProtocolIsNotBegun() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          String.join(
              "\r\n",
              "GET /livez HTTP/1.1",
              "Host: a",
              "Connection: Upgrade, HTTP2-Settings",
              "Upgrade: h2c",
              "HTTP2-Settings: AAMAAABkAAQAAP__",
              "",
              ""));
      assertEquals(200, connection.read().status());
    }
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
      String answers = new String(connection.readToEnd(), StandardCharsets.UTF_8);
      assertTrue(answers.isEmpty() || answers.startsWith("HTTP/1.1 4"), answers);
    }
  }

  @Test
  void theHeadOfALargeAnswerHoldsNothing() throws Exception {
    HttpResponse<String> head =
        api.send(
            HttpRequest.newBuilder(api.uri("/openapi.yaml"))
                .method("HEAD", BodyPublishers.noBody()));
    assertTrue(head.headers().firstValueAsLong("Content-Length").orElse(0) > 16 << 10);
    assertTrue(
        api.meters.get("weir.http.held").gauges().stream().allMatch(gauge -> gauge.value() == 0));
  }

  @Test
  void headHasALengthAndTheNextAnswerItsBody() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send("HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n" + get("/livez"));
      String head = connection.readText(1);
      while (!head.endsWith("\r\n\r\n")) {
        head += connection.readText(1);
      }
      assertTrue(head.toLowerCase(Locale.ROOT).contains("content-length: 17"), head);
      assertEquals("{\"status\":\"live\"}", connection.read().body());
    }
  }

  @Test
  void whatAProducerHasPutIntoAKeyStaysWithinItsString() throws Exception {
    String key = "a\"},\r\nX: y\u0000\u001b[31m\u2028";
    api.put(key, "", 1, 0, 0);
    JsonNode hit = ApiFixture.json(api.search("{\"vector\":[1,0,0]}")).path("hits").path(0);
    assertEquals(key, hit.path("key").asString());
    HttpResponse<String> export = api.get("/v1/collections/docs/export");
    assertEquals(1, export.body().lines().count(), export::body);
    assertFalse(export.body().chars().anyMatch(c -> c < ' ' && c != '\n'), export::body);
  }

  @Test
  void aRequestLineThatIsTooLongIsAProblem() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
      ApiFixture.problem(connection.read().body(), 414, "target-too-long");
    }
  }

  @Test
  void headersThatAreTooLargeAreAProblem() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send("GET /livez HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(9_000) + "\r\n\r\n");
      ApiFixture.problem(connection.read().body(), 431, "headers-too-large");
    }
  }

  @Test
  void slowHeadersEndTheConnection() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send("GET /livez HTTP/1.1\r\nX: ");
      byte[] drop = {'x'};
      Eventually.holds(
          "the server hangs up",
          () -> {
            try {
              connection.send(drop);
              return false;
            } catch (IOException e) {
              return true;
            }
          });
    }
  }

  @Test
  void anIdleConnectionEnds() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(get("/livez"));
      assertEquals(200, connection.read().status());
      assertEquals(0, connection.readToEnd().length);
    }
  }

  @Test
  void connectionsBeyondTheLimitAreClosedAtOnce() throws Exception {
    List<RawConnection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        String address = i < CONNECTIONS_OF_ADDRESS ? HERE : THERE;
        RawConnection connection = new RawConnection(address, api.server.port());
        connections.add(connection);
        connection.send(get("/livez"));
        assertEquals(200, connection.read().status());
      }
      try (RawConnection oneTooMany = new RawConnection(ELSEWHERE, api.server.port())) {
        assertEquals(0, oneTooMany.readToEnd().length);
      }
      Eventually.holds("it is counted", () -> refused("all") == 1);
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
    Eventually.holds("there is room again", () -> answers(ELSEWHERE));
  }

  @Test
  void whoeverOpensConnectionsWithoutEndKeepsNoOtherAddressOut() throws Exception {
    int tooMany = 200;
    List<RawConnection> connections = new ArrayList<>();
    try (LogLines log = new LogLines(RefusedConnections.class.getName())) {
      for (int i = 0; i < CONNECTIONS_OF_ADDRESS; i++) {
        RawConnection connection = new RawConnection(HERE, api.server.port());
        connections.add(connection);
        connection.send(get("/livez"));
        assertEquals(200, connection.read().status());
      }
      for (int i = 0; i < tooMany; i++) {
        try (RawConnection oneTooMany = new RawConnection(HERE, api.server.port())) {
          assertEquals(0, oneTooMany.readToEnd().length);
        }
      }
      assertTrue(answers(THERE), "another address is kept out");
      Eventually.holds("they are counted", () -> refused("address") == tooMany);
      assertEquals(0, refused("all"));
      assertEquals(
          "connections closed at once: 1, the latest from 127.0.0.1: 15 of this address are open,"
              + " as many as one may have",
          log.messages().getFirst());
      assertTrue(
          log.messages().size() < tooMany / 10, () -> "the log is flooded: " + log.messages());
    } finally {
      for (RawConnection connection : connections) {
        connection.close();
      }
    }
    Eventually.holds("there is room again", () -> answers(HERE));
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() {
    assertEquals(counted("2001:db8::1:0:0:1"), counted("2001:db8::ffff:ffff:ffff:ffff"));
    assertNotEquals(counted("2001:db8::1"), counted("2001:db8:0:1::1"));
    assertNotEquals(counted("192.0.2.1"), counted("192.0.2.2"));
  }

  private static InetAddress counted(String address) {
    return ConnectionLimits.counted(InetAddress.ofLiteral(address));
  }

  private double refused(String limit) {
    return api.meters.get("weir.http.connections.refused").tag("limit", limit).counter().count();
  }

  private boolean answers(String address) {
    try (RawConnection connection = new RawConnection(address, api.server.port())) {
      connection.send(get("/livez"));
      return connection.read().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    api.put("a", "", 1, 0, 0);
    try (RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(get("/livez") + get("/nowhere") + get("/v1/collections/docs/vectors/a"));
      assertEquals(200, connection.read().status());
      assertEquals(404, connection.read().status());
      assertTrue(connection.read().body().startsWith("{\"key\":\"a\""));
    }
  }

  @Test
  void whoPipelinesWithoutEndIsNotReadAndOthersAre() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    api.store.beforeGet =
        () -> {
          try {
            assertTrue(release.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    byte[] request = get("/v1/collections/docs/vectors/a").getBytes(StandardCharsets.UTF_8);
    ByteBuffer many = ByteBuffer.allocate(request.length * 1_000);
    for (int i = 0; i < 1_000; i++) {
      many.put(request);
    }
    try (SocketChannel channel = SocketChannel.open(api.server.address())) {
      channel.configureBlocking(false);
      long sent = 0;
      int stalled = 0;
      // What the two sockets' buffers hold is all that is taken: far from 64 MiB.
      while (stalled < 100 && sent < 64 << 20) {
        many.flip();
        int written = channel.write(many);
        many.compact();
        for (int i = 0; i < 1_000 && many.remaining() >= request.length; i++) {
          many.put(request);
        }
        sent += written;
        stalled = written == 0 ? stalled + 1 : 0;
        if (written == 0) {
          LockSupport.parkNanos(2_000_000);
        }
      }
      assertTrue(sent < 64 << 20, "the server took " + sent + " bytes of pipelined requests");
      ApiFixture.json(api.get("/livez"));
    } finally {
      release.countDown();
    }
  }

  @Test
  void aConnectionServesManyRequests() throws Exception {
    try (RawConnection connection = new RawConnection(api.server.port())) {
      String body = "{\"vector\":[1,0,0]}";
      byte[] search =
          (head(SEARCH, "application/json", body.length()) + body).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 100; i++) {
        connection.send(search);
        assertEquals(200, connection.read().status());
      }
    }
  }

  @Test
  void anAnswerHasALengthAndAType() throws Exception {
    HttpResponse<String> response = api.get("/livez");
    assertEquals(17, response.headers().firstValueAsLong("Content-Length").orElse(0));
    assertArrayEquals(
        "{\"status\":\"live\"}".getBytes(StandardCharsets.UTF_8),
        response.body().getBytes(StandardCharsets.UTF_8));
  }

  private long requests(String route) {
    return api.meters.find("weir.http.requests").tag("route", route).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String head(String path, String contentType, long length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nContent-Type: "
        + contentType
        + "\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }
}
