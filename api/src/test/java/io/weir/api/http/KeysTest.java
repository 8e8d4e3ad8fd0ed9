package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.KeysFile;
import io.weir.api.access.Role;
import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A server that has keys. */
@ExtendWith(NoLeaks.class)
class KeysTest {

  private static final String READER = "the key of the reader";
  private static final String ADMIN = "the key of the admin";
  private static final String OLD = "a key of last year";
  private static final String SEARCH = "/v1/collections/docs/search";
  private static final ApiKey READER_KEY = key("grafana", READER, Role.READ, Optional.empty());
  private static final ApiKey ADMIN_KEY = key("ops", ADMIN, Role.ADMIN, Optional.empty());

  @TempDir private Path directory;

  private static ApiKey key(String name, String key, Role role, Optional<Instant> expires) {
    return new ApiKey(name, KeyHash.of(key), role, expires);
  }

  private ApiFixture start(boolean openMetrics) throws IOException {
    return start(
        new SecuritySettings(
            List.of(
                READER_KEY,
                ADMIN_KEY,
                key("old", OLD, Role.ADMIN, Optional.of(Instant.parse("2025-01-01T00:00:00Z")))),
            Optional.empty(),
            0,
            openMetrics,
            Optional.empty(),
            Duration.ofSeconds(1)));
  }

  private ApiFixture startWithFile(Path file) throws IOException {
    return start(
        new SecuritySettings(
            List.of(ADMIN_KEY),
            Optional.of(file),
            0,
            false,
            Optional.empty(),
            Duration.ofMillis(20)));
  }

  private ApiFixture start(SecuritySettings security) throws IOException {
    return ApiFixture.start(
        directory.resolve("data"),
        settings -> settings.withSecurity(security).withLogs(new RequestLogs(true, Duration.ZERO)),
        FeedStatus.none());
  }

  private static HttpRequest.Builder with(ApiFixture api, String path, String key) {
    return HttpRequest.newBuilder(api.uri(path)).header("Authorization", "Bearer " + key);
  }

  private static int status(ApiFixture api, String path, String key) {
    try {
      return api.send(with(api, path, key)).statusCode();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void healthIsForEverybodyAndAllElseNeedsAKey() throws Exception {
    try (ApiFixture api = start(false)) {
      Set<String> open = new TreeSet<>();
      for (String path :
          List.of(
              "/",
              "/openapi.yaml",
              "/livez",
              "/readyz",
              "/metrics",
              "/v1/stats",
              "/v1/collections",
              "/v1/checkpoints",
              "/v1/collections/docs/export",
              "/v1/collections/docs/vectors/a",
              "/nowhere",
              "/v1/collections/dogs")) {
        if (api.get(path).statusCode() != 401) {
          open.add(path);
        }
      }
      assertEquals(Set.of("/livez", "/readyz"), open);
      ApiFixture.problem(api.search("{\"vector\":[1,0,0]}"), 401, "unauthorized");
      assertEquals(404, status(api, "/nowhere", READER));
    }
  }

  @Test
  void metricsAreForEverybodyWhereASettingSaysSo() throws Exception {
    try (ApiFixture api = start(true)) {
      assertEquals(200, api.get("/metrics").statusCode());
      assertEquals(401, api.get("/v1/stats").statusCode());
    }
  }

  @Test
  void aReaderReadsAndChangesNothing() throws Exception {
    try (ApiFixture api = start(false)) {
      api.put("a", "", 1, 0, 0);
      assertEquals(200, status(api, "/v1/collections/docs/vectors/a", READER));
      assertEquals(200, status(api, "/v1/checkpoints", READER));
      HttpResponse<String> search =
          api.send(
              HttpRequest.newBuilder(api.uri(SEARCH))
                  .header("api-key", READER)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"key\":\"a\"}")));
      assertEquals(1, ApiFixture.json(search).path("hits").size());
      for (String path : List.of("/v1/checkpoints", "/v1/collections/docs/shards/0/resume")) {
        JsonNode problem =
            ApiFixture.problem(
                api.send(with(api, path, READER).POST(BodyPublishers.noBody())), 403, "forbidden");
        assertEquals(
            "key 'grafana' has the role read; this needs the role admin",
            problem.path("detail").asString());
      }
      ApiFixture.json(api.send(with(api, "/v1/checkpoints", ADMIN).POST(BodyPublishers.noBody())));
    }
  }

  @Test
  void noAnswerTellsWhetherAKeyIsMissingWrongOrHasExpired() throws Exception {
    try (ApiFixture api = start(false)) {
      Set<String> bodies = new TreeSet<>();
      Set<Map<String, List<String>>> headers = new HashSet<>();
      for (HttpRequest.Builder request :
          List.of(
              HttpRequest.newBuilder(api.uri("/v1/stats")),
              with(api, "/v1/stats", "wrong"),
              with(api, "/v1/stats", OLD),
              with(api, "/v1/stats", READER_KEY.hash().hex()),
              HttpRequest.newBuilder(api.uri("/v1/stats")).header("Authorization", "Basic eDp5"),
              HttpRequest.newBuilder(api.uri("/v1/stats")).header("api-key", ""))) {
        HttpResponse<String> answer = api.send(request);
        assertEquals(
            "Bearer realm=\"weir\"", answer.headers().firstValue("WWW-Authenticate").orElse(""));
        ApiFixture.problem(answer, 401, "unauthorized");
        bodies.add(answer.body());
        headers.add(answer.headers().map());
      }
      assertEquals(1, bodies.size(), bodies::toString);
      assertEquals(1, headers.size(), headers::toString);
    }
  }

  @Test
  void nothingOfTheBodyIsReadOrAskedForBefore() throws Exception {
    try (ApiFixture api = start(false);
        RawConnection connection = new RawConnection(api.server.port())) {
      connection.send(
          "POST "
              + SEARCH
              + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
              + "Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
      RawConnection.Reply reply = connection.read();
      ApiFixture.problem(reply.body(), 401, "unauthorized");
      assertTrue(reply.headers().contains("connection: close"), reply::headers);
    }
  }

  @Test
  void aPathThatIsMadeToLookOpenIsNot() throws Exception {
    try (ApiFixture api = start(false)) {
      for (String target :
          List.of(
              "/livez/../v1/stats",
              "/livez/%2e%2e/v1/stats",
              "//v1/stats",
              "/%76%31/stats",
              "/v1/stats?/livez",
              "http://a/v1/stats",
              "/v1/stats;/livez")) {
        try (RawConnection connection = new RawConnection(api.server.port())) {
          connection.send("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
          assertEquals(401, connection.read().status(), target);
        }
      }
    }
  }

  @Test
  void theLogHasTheNameOfTheKeyAndNothingHasTheKey() throws Exception {
    try (LogLines access = new LogLines("weir.access");
        LogLines all = new LogLines("io.weir.api");
        ApiFixture api = start(false)) {
      assertEquals(200, status(api, "/v1/stats", READER));
      assertEquals("grafana", access.await(0).get("keyName"));
      assertEquals(401, status(api, "/v1/stats", OLD));
      assertFalse(access.await(1).containsKey("keyName"));
      api.send(with(api, "/v1/checkpoints", READER).POST(BodyPublishers.noBody()));
      assertEquals("grafana", access.await(2).get("keyName"));

      String stats = api.send(with(api, "/v1/stats", ADMIN)).body();
      String metrics = api.send(with(api, "/metrics", ADMIN)).body();
      String told = access.lines() + "\n" + all.messages() + stats + metrics;
      for (ApiKey key : List.of(READER_KEY, ADMIN_KEY)) {
        String hash = key.hash().hex();
        assertFalse(told.toLowerCase(Locale.ROOT).contains(hash), told);
      }
      assertFalse(told.contains(READER) || told.contains(ADMIN) || told.contains(OLD), told);
    }
  }

  @Test
  void moreRequestsThanAKeyMayHaveAreRefusedAndHealthIsNot() throws Exception {
    SecuritySettings limited =
        new SecuritySettings(
            List.of(READER_KEY, ADMIN_KEY),
            Optional.empty(),
            2,
            false,
            Optional.empty(),
            Duration.ofSeconds(1));
    try (ApiFixture api = start(limited)) {
      Eventually.holds("the limit is reached", () -> status(api, "/v1/collections", READER) == 429);
      HttpResponse<String> refused = api.send(with(api, "/v1/collections", READER));
      if (refused.statusCode() == 429) {
        ApiFixture.problem(refused, 429, "too-many-requests");
        String retryAfter = refused.headers().firstValue("Retry-After").orElse("");
        assertTrue(retryAfter.matches("[1-4]"), retryAfter);
      }
      assertEquals(200, status(api, "/v1/collections", ADMIN), "another key's requests");
      for (int i = 0; i < 10; i++) {
        assertEquals(200, status(api, "/livez", READER));
      }
      Eventually.holds("there is room again", () -> status(api, "/v1/collections", READER) == 200);
    }
  }

  @Test
  void aFileOfKeysIsReadAgainAndOneThatIsWrongIsNot() throws Exception {
    Path file = Files.writeString(directory.resolve("keys"), KeysFile.line(READER_KEY) + "\n");
    try (ApiFixture api = startWithFile(file)) {
      assertEquals(200, status(api, "/v1/stats", READER));
      assertEquals(200, status(api, "/v1/stats", ADMIN));

      ApiKey next = key("grafana2", "the next key", Role.READ, Optional.empty());
      Files.writeString(file, KeysFile.line(READER_KEY) + "\n" + KeysFile.line(next) + "\n");
      Eventually.holds("a key is added", () -> status(api, "/v1/stats", "the next key") == 200);
      Files.writeString(file, KeysFile.line(next) + "\n");
      Eventually.holds("a key is revoked", () -> status(api, "/v1/stats", READER) == 401);

      Files.writeString(file, KeysFile.line(next) + "\nops read 00\n");
      Eventually.holds(
          "the file is refused",
          () ->
              api.meters
                      .get("weir.http.reloads")
                      .tags("what", "keys", "result", "failed")
                      .counter()
                      .count()
                  == 1);
      assertEquals(200, status(api, "/v1/stats", "the next key"));

      Files.writeString(file, "");
      Eventually.holds("no key is left", () -> status(api, "/v1/stats", "the next key") == 401);
      assertEquals(200, status(api, "/v1/stats", ADMIN), "that of the settings is known for good");
    }
  }

  @Test
  void aStartWithAFileThatIsWrongSaysWhere() throws Exception {
    Path file = Files.writeString(directory.resolve("keys"), "grafana read\n");
    IOException failure = assertThrows(IOException.class, () -> startWithFile(file));
    assertEquals(
        "keys of "
            + file
            + " cannot be used: line 1: it has 2 words; a key is NAME ROLE SHA256 [EXPIRES]",
        failure.getMessage());
  }
}
