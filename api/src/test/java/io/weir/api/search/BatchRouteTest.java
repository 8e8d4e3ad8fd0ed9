package io.weir.api.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(NoLeaks.class)
class BatchRouteTest {

  private static final String BATCH = "/v1/collections/docs/search/batch";
  private static final String NDJSON = "application/x-ndjson";
  private static final String FLOAT32 = "application/octet-stream";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.put("x", "{\"axis\":\n1}", 2, 0, 0);
    api.put("y", "", 0, 3, 0);
    api.put("docs", 2, "xy", "{}", 1, 1, 0);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    assertEquals(0, api.store.openViews());
  }

  @Test
  void answersComeInTheOrderOfTheSearchesAndAreOfOnePosition() throws Exception {
    JsonNode answer =
        ApiFixture.json(
            api.post(
                BATCH,
                "{\"searches\":[{\"vector\":[0,1,0],\"k\":1},{\"key\":\"x\",\"k\":2,\"offset\":1,"
                    + "\"withPayload\":false},{\"vector\":[1,0,0],\"k\":1,\"withVector\":true}]}"));
    assertEquals(3, answer.path("answers").size());
    assertEquals("y", key(answer.path("answers").path(0)));
    assertEquals("xy", key(answer.path("answers").path(1)));
    JsonNode last = answer.path("answers").path(2).path("hits").path(0);
    assertEquals("[2.0,0.0,0.0]", last.path("vector").toString());
    assertEquals("{\"0\":2,\"2\":1}", answer.path("position").toString());
  }

  @Test
  void aLineASearchAndALineAnAnswer() throws Exception {
    HttpResponse<String> response =
        api.send(
            HttpRequest.newBuilder(api.uri(BATCH))
                .header("Content-Type", NDJSON)
                .header("Accept", NDJSON)
                .POST(
                    BodyPublishers.ofString(
                        "{\"vector\":[1,0,0],\"k\":1}\r\n \n{\"key\":\"y\",\"k\":1}")));
    assertEquals(NDJSON, response.headers().firstValue("Content-Type").orElse(""));
    assertEquals("0:2,2:1", response.headers().firstValue("Weir-Position").orElse(""));
    JsonMapper json = new JsonMapper();
    assertEquals(
        List.of("x", "y"), response.body().lines().map(line -> key(json.readTree(line))).toList());
  }

  @Test
  void theQuerySaysWhatALineDoesNot() throws Exception {
    HttpResponse<String> response =
        api.post(
            BATCH + "?k=2&offset=1&withVector=true&withPayload=false",
            NDJSON,
            BodyPublishers.ofString(
                "{\"vector\":[1,0,0]}\n"
                    + "{\"key\":\"x\",\"k\":1,\"offset\":0,\"withVector\":false,"
                    + "\"withPayload\":true}\n"));
    JsonNode answers = ApiFixture.json(response).path("answers");
    assertEquals(2, answers.path(0).path("hits").size());
    assertEquals("xy", key(answers.path(0)));
    JsonNode common = answers.path(0).path("hits").path(0);
    assertEquals("[1.0,1.0,0.0]", common.path("vector").toString());
    assertTrue(common.path("payload").isMissingNode(), common::toString);
    assertEquals(1, answers.path(1).path("hits").size());
    assertEquals("x", key(answers.path(1)));
    JsonNode own = answers.path(1).path("hits").path(0);
    assertTrue(own.path("vector").isMissingNode(), own::toString);
    assertTrue(own.path("payload").isObject(), own::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "?k=0,invalid-parameter,k is 0",
    "?k=1001,invalid-parameter,k is 1001",
    "?k=two,invalid-parameter,query parameter k is 'two'",
    "?offset=1000,invalid-parameter,offset is 1000",
    "?offset=999&k=1,invalid-property,searches[1]: offset is 999"
  })
  void whatTheQuerySaysIsChecked(String query, String type, String detail) throws Exception {
    JsonNode problem =
        ApiFixture.problem(
            api.post(
                BATCH + query,
                NDJSON,
                BodyPublishers.ofString("{\"key\":\"x\"}\n{\"key\":\"x\",\"k\":2}\n")),
            400,
            type);
    assertTrue(problem.path("detail").asString().startsWith(detail), problem::toString);
  }

  @Test
  void vectorsMayComeAsFloat32() throws Exception {
    ByteArrayOutputStream vectors = new ByteArrayOutputStream();
    vectors.writeBytes(ApiFixture.float32(0, 1, 0));
    vectors.writeBytes(ApiFixture.float32(1, 0, 0));
    JsonNode answer =
        ApiFixture.json(
            api.post(
                BATCH + "?k=1&asOf=0:1",
                FLOAT32,
                BodyPublishers.ofByteArray(vectors.toByteArray())));
    assertEquals("xy", key(answer.path("answers").path(0)));
    assertEquals("x", key(answer.path("answers").path(1)));
    ApiFixture.problem(
        api.post(BATCH, FLOAT32, BodyPublishers.ofByteArray(new byte[13])), 400, "wrong-dimension");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"vector\":[1,0]}             | 400 | wrong-dimension",
        "{\"vector\":[0,0,0]}           | 400 | invalid-vector",
        "{\"vector\":[1,0,0],\"k\":0}   | 400 | invalid-property",
        "{\"key\":\"nowhere\"}          | 404 | unknown-key",
        "{\"key\":\"x\",\"ef\":1}       | 400 | unknown-property",
        "{\"key\":\"x\",\"cursor\":true}| 400 | unknown-property",
        "7                              | 400 | invalid-property",
        "{}                             | 400 | invalid-property"
      })
  void oneBadSearchRefusesAllAndIsNamed(String bad, int status, String type) throws Exception {
    HttpResponse<String> response =
        api.post(BATCH, "{\"searches\":[{\"key\":\"x\"}," + bad + ",{\"key\":\"y\"}]}");
    JsonNode problem = ApiFixture.problem(response, status, type);
    assertTrue(problem.path("detail").asString().startsWith("searches[1]"), problem::toString);
  }

  @Test
  void noneAndTooManyAreRefused() throws Exception {
    ApiFixture.problem(api.post(BATCH, "{\"searches\":[]}"), 400, "invalid-property");
    ApiFixture.problem(api.post(BATCH, "{}"), 400, "invalid-property");
    ApiFixture.problem(
        api.post(BATCH, NDJSON, BodyPublishers.ofString("\n")), 400, "invalid-property");
    String one = "{\"key\":\"x\"},";
    ApiFixture.json(api.post(BATCH, "{\"searches\":[" + one.repeat(99) + "{\"key\":\"y\"}]}"));
    ApiFixture.problem(
        api.post(BATCH, "{\"searches\":[" + one.repeat(100) + "{\"key\":\"y\"}]}"),
        400,
        "invalid-property");
  }

  private static String key(JsonNode answer) {
    return answer.path("hits").path(0).path("key").asString();
  }
}
