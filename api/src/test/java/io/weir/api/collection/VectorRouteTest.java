package io.weir.api.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.io.CorruptFileException;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class VectorRouteTest {

  private static final String VECTORS = "/v1/collections/docs/vectors/";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @Test
  void aRowIsAnsweredBitForBit() throws Exception {
    api.put("other", "", 1, 1, 1);
    api.put("a", "{\"title\": \"Ä 1.50\"}", 0.1f, -0.0f, Float.MIN_VALUE);
    assertEquals(
        "{\"key\":\"a\",\"partition\":0,\"offset\":1,\"timestamp\":1001,"
            + "\"vector\":[0.1,-0.0,1.4E-45],\"payload\":{\"title\": \"Ä 1.50\"},"
            + "\"position\":{\"0\":2},\"lag\":{}}",
        api.get(VECTORS + "a").body());
  }

  @Test
  void aVectorCanBeLeftOut() throws Exception {
    api.put("a", "", 1, 0, 0);
    assertEquals(
        "{\"key\":\"a\",\"partition\":0,\"offset\":0,\"timestamp\":1000,\"payload\":null,"
            + "\"position\":{\"0\":1},\"lag\":{}}",
        api.get(VECTORS + "a?withVector=false").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "java.util.Map#computeIfAbsent(K,Function)",
        "a/b/../c",
        "with space + plus & ampersand?",
        "100%",
        "ключ 🚀",
        "\"quoted\\\n",
        "."
      })
  void anyTextIsAKey(String key) throws Exception {
    api.put(key, "", 1, 0, 0);
    String escaped =
        URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
    assertEquals(key, ApiFixture.json(api.get(VECTORS + escaped)).path("key").asString());
  }

  @Test
  void anUnknownKeyIsAProblem() throws Exception {
    JsonNode problem = ApiFixture.problem(api.get(VECTORS + "nowhere"), 404, "unknown-key");
    assertEquals(
        "collection docs has no vector under the key 'nowhere'", problem.path("detail").asString());
  }

  @Test
  void aKeyThatIsLongerThanAnyStoredOneIsUnknown() throws Exception {
    ApiFixture.problem(api.get(VECTORS + "x".repeat(2_000)), 404, "unknown-key");
  }

  @Test
  void aFlagIsTrueOrFalse() throws Exception {
    JsonNode problem =
        ApiFixture.problem(api.get(VECTORS + "a?withVector=yes"), 400, "invalid-parameter");
    assertEquals(
        "query parameter withVector is 'yes'; allowed are true and false",
        problem.path("detail").asString());
  }

  @Test
  void anUnknownParameterIsRefused() throws Exception {
    JsonNode problem =
        ApiFixture.problem(api.get(VECTORS + "a?vector=1"), 400, "invalid-parameter");
    assertEquals(
        "query parameter 'vector' is not known; allowed are asOf, minPosition, withVector",
        problem.path("detail").asString());
  }

  @Test
  void headTellsTheLengthAndSendsNoBody() throws Exception {
    api.put("a", "", 1, 0, 0);
    HttpResponse<String> got = api.get(VECTORS + "a");
    HttpResponse<String> head =
        api.send(HttpRequest.newBuilder(api.uri(VECTORS + "a")).method("HEAD", bodyless()));
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals(
        got.headers().firstValueAsLong("Content-Length"),
        head.headers().firstValueAsLong("Content-Length"));
    assertFalse(head.headers().firstValue("Transfer-Encoding").isPresent());
  }

  @Test
  void headOfAnUnknownKeyIs404AndTheConnectionGoesOn() throws Exception {
    HttpResponse<String> head =
        api.send(HttpRequest.newBuilder(api.uri(VECTORS + "x")).method("HEAD", bodyless()));
    assertEquals(404, head.statusCode());
    ApiFixture.problem(api.get(VECTORS + "x"), 404, "unknown-key");
  }

  @Test
  void damageIsAProblemThatNamesTheFile() throws Exception {
    api.store.beforeGet =
        () -> {
          throw new CorruptFileException("docs/0/7.segment", "footer of chunk 3", "1a", "1b");
        };
    JsonNode problem = ApiFixture.problem(api.get(VECTORS + "a"), 500, "storage-damaged");
    assertEquals(
        "docs/0/7.segment is damaged at footer of chunk 3: expected 1a, found 1b",
        problem.path("detail").asString());
    assertEquals(16, problem.path("errorId").asString().length());
  }

  @Test
  void aDiskErrorIsAProblem() throws Exception {
    api.store.beforeGet =
        () -> {
          throw new IOException("Input/output error");
        };
    JsonNode problem = ApiFixture.problem(api.get(VECTORS + "a"), 500, "storage-failed");
    assertTrue(problem.path("detail").asString().endsWith("Input/output error"));
  }

  @Test
  void aBugIsAProblemWithAnIdAndNothingElse() throws Exception {
    api.store.beforeGet =
        () -> {
          throw new IllegalStateException("secret");
        };
    HttpResponse<String> response = api.get(VECTORS + "a");
    JsonNode problem = ApiFixture.problem(response, 500, "internal");
    assertFalse(response.body().contains("secret"), response::body);
    assertEquals(16, problem.path("errorId").asString().length());
  }

  private static HttpRequest.BodyPublisher bodyless() {
    return HttpRequest.BodyPublishers.noBody();
  }
}
