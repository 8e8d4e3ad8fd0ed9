package io.weir.api.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class AccessLogTest {

  private static final RequestLogs ON = new RequestLogs(true, Duration.ZERO);

  @TempDir private Path directory;
  private ApiFixture api;
  private LogLines log;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory, settings -> settings.withLogs(ON), FeedStatus.none());
    log = new LogLines("weir.access");
  }

  @AfterEach
  void stop() throws IOException {
    log.close();
    api.close();
  }

  @Test
  void aRequestIsALine() throws Exception {
    api.put("a/b", "{\"secret\":\"payload\"}", 1, 0, 0);
    String body =
        api.send(
                HttpRequest.newBuilder(
                        api.uri("/v1/collections/docs/vectors/a%2Fb?withVector=false"))
                    .header("User-Agent", "probe/1.0"))
            .body();

    Map<String, Object> line = log.await(0);
    assertEquals(
        List.of(
            "method", "route", "path", "status", "bytes", "durationMillis", "client", "userAgent"),
        List.copyOf(line.keySet()));
    assertEquals("GET", line.get("method"));
    assertEquals("/v1/collections/{collection}/vectors/{key}", line.get("route"));
    assertEquals("/v1/collections/docs/vectors/a%2Fb", line.get("path"));
    assertEquals("200", line.get("status"));
    assertEquals((long) body.getBytes(StandardCharsets.UTF_8).length, line.get("bytes"));
    assertTrue((double) line.getOrDefault("durationMillis", 0.0) > 0, line::toString);
    assertEquals("127.0.0.1", line.get("client"));
    assertEquals("probe/1.0", line.get("userAgent"));
    assertFalse(line.toString().contains("payload"), line::toString);
  }

  @Test
  void anExportHasTheBytesThatWereSent() throws Exception {
    api.put("a", "", 1, 0, 0);
    String body = api.get("/v1/collections/docs/export").body();

    Map<String, Object> line = log.await(0);
    assertEquals("200", line.get("status"));
    assertEquals((long) body.length(), line.get("bytes"));
  }

  @Test
  void theHeadOfAnExportIsAnAnswer() throws Exception {
    for (String path : List.of("/v1/collections/docs/export", "/livez")) {
      int before = log.lines().size();
      api.send(HttpRequest.newBuilder(api.uri(path)).HEAD());
      Map<String, Object> line = log.await(before);
      assertEquals("HEAD", line.get("method"));
      assertEquals("200", line.get("status"));
      assertEquals(0L, line.get("bytes"));
    }
  }

  @Test
  void aBodyIsInNoLine() throws Exception {
    api.search("{\"vector\":[1,0,0],\"k\":\"whisper\"}");
    api.get("/livez?token=whisper");

    assertEquals("/v1/collections/docs/search", log.await(0).get("path"));
    assertEquals("400", log.await(1).get("status"));
    assertFalse(log.lines().toString().contains("whisper"), () -> log.lines().toString());
  }

  @Test
  void whatNoRouteSeesIsALineToo() throws Exception {
    api.get("/nowhere");
    assertEquals("none", log.await(0).get("route"));
    try (RawConnection raw = new RawConnection(api.server.port())) {
      raw.send("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: w\r\n\r\n");
      assertEquals(414, raw.read().status());
    }
    Map<String, Object> line = log.await(1);
    assertEquals("414", line.get("status"));
    assertEquals("-", line.get("method"));
    assertEquals("127.0.0.1", line.get("client"));
    Eventually.holds(
        "it is counted",
        () ->
            api.meters
                    .get("weir.http.requests")
                    .tags("method", "unreadable", "route", "none", "status", "414")
                    .timer()
                    .count()
                == 1);
  }

  @Test
  void nothingThatAClientSendsIsASecondLine() throws Exception {
    int before = 0;
    for (String forged :
        List.of(
            "GET /a%0d%0aforged HTTP/1.1\r\nHost: w\r\nUser-Agent: a\tb\r\n\r\n",
            "GET /a\u001b[2Jforged HTTP/1.1\r\nHost: w\r\nUser-Agent: a\u001b[31mb\r\n\r\n",
            "GET /a\u0085forged HTTP/1.1\r\nHost: w\r\nUser-Agent: a\u2028b\r\n\r\n",
            "GET /a\rforged HTTP/1.1\r\nHost: w\r\nUser-Agent: a\u0000b\r\n\r\n",
            "G\u001bET /forged HTTP/1.1\r\nHost: w\r\n\r\n")) {
      try (RawConnection raw = new RawConnection(api.server.port())) {
        raw.send(forged);
        assertTrue(raw.read().status() >= 400, forged);
      }
      Map<String, Object> line = log.await(before);
      for (Object value : line.values()) {
        String text = value.toString();
        assertTrue(text.chars().noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0)), line::toString);
        assertFalse(text.contains("\u2028"), line::toString);
      }
      before++;
    }
    assertEquals(before, log.lines().size());
  }

  @Test
  void norIsItInTheLogOfFailures() throws Exception {
    api.store.beforeGet =
        () -> {
          throw new IllegalStateException("broken");
        };
    try (LogLines failures = new LogLines("io.weir.api.http.Failures");
        RawConnection raw = new RawConnection(api.server.port())) {
      raw.send("GET " + "/v1/collections/docs/vectors/a\u001b[2Jb HTTP/1.1\r\nHost: w\r\n\r\n");
      assertEquals(500, raw.read().status());
      String message = failures.messages().getFirst();
      assertTrue(
          message.startsWith("GET /v1/collections/docs/vectors/a?[2Jb failed, errorId "), message);
    }
  }

  @Test
  void aClientThatGoesAwayIsCancelled() throws Exception {
    try (RawConnection raw = new RawConnection(api.server.port())) {
      raw.send(
          "POST /v1/collections/docs/search HTTP/1.1\r\nHost: w\r\n"
              + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
      Eventually.holds(
          "the request is there", () -> api.meters.get("weir.http.in.flight").gauge().value() == 1);
    }
    assertEquals("cancelled", log.await(0).get("status"));
    assertEquals(0, api.meters.get("weir.http.in.flight").gauge().value());
  }

  @Test
  void itIsOffUnlessAskedFor() throws Exception {
    assertFalse(RequestLogs.defaults().access());
    try (ApiFixture quiet = ApiFixture.start(directory.resolve("quiet"))) {
      quiet.get("/livez");
      quiet.get("/nowhere");
    }
    assertEquals(List.of(), log.lines());
  }
}
