package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class NegotiationTest {

  private static final String ROW = "/v1/collections/docs/vectors/a";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.put("a", "{\"text\":\"" + "so it goes ".repeat(200) + "\"}", 0.1f, -0.0f, 3);
    api.put("small", "", 1, 0, 0);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  private HttpResponse<byte[]> get(String path, String header, String value) throws Exception {
    return api.client()
        .send(
            HttpRequest.newBuilder(api.uri(path)).header(header, value).build(),
            BodyHandlers.ofByteArray());
  }

  @Test
  void aVectorCanBeHadAsItIs() throws Exception {
    HttpResponse<byte[]> response = get(ROW, "Accept", "application/octet-stream");
    assertArrayEquals(ApiFixture.float32(0.1f, -0.0f, 3), response.body());
    assertEquals("0:2", response.headers().firstValue("Weir-Position").orElse(""));
  }

  @Test
  void aTypeThatIsNotServedIsAProblemThatSaysWhichAre() throws Exception {
    HttpResponse<byte[]> response = get(ROW, "Accept", "text/html, image/*;q=0.5");
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertEquals(
        "this route answers in application/json, application/octet-stream",
        ApiFixture.problem(body, 406, "not-acceptable").path("detail").asString());
  }

  @Test
  void aLargeAnswerIsCompressedForWhoTakesThat() throws Exception {
    String plain = api.get(ROW).body();
    HttpResponse<byte[]> response = get(ROW, "Accept-Encoding", "gzip, deflate");
    assertEquals("gzip", response.headers().firstValue("Content-Encoding").orElse(""));
    assertEquals("Accept-Encoding", response.headers().firstValue("Vary").orElse(""));
    assertEquals(
        response.body().length, response.headers().firstValueAsLong("Content-Length").orElse(0));
    assertTrue(response.body().length < plain.length() / 4);
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertEquals(plain, new String(gzip.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aSmallAnswerIsNot() throws Exception {
    HttpResponse<byte[]> response =
        get("/v1/collections/docs/vectors/small", "Accept-Encoding", "gzip");
    assertTrue(response.headers().firstValue("Content-Encoding").isEmpty());
  }

  @Test
  void aCompressedBodyIsAProblem() throws Exception {
    HttpResponse<String> response =
        api.send(
            HttpRequest.newBuilder(api.uri("/v1/collections/docs/search"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofString("{\"key\":\"a\"}")));
    ApiFixture.problem(response, 415, "unsupported-content-type");
    assertEquals("identity", response.headers().firstValue("Accept-Encoding").orElse(""));
  }
}
