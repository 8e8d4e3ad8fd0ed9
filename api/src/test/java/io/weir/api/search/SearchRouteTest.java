package io.weir.api.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.query.HitBudget;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class SearchRouteTest {

  private static final String SEARCH = "/v1/collections/docs/search";
  private static final String FLOAT32 = "application/octet-stream";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.put("x", "{\"axis\":1}", 2, 0, 0);
    api.put("y", "", 0, 3, 0);
    api.put("docs", 2, "xy", "{}", 1, 1, 0);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @Test
  void hitsComeNearestFirstWithPositionAndPayload() throws Exception {
    String body = api.search("{\"vector\":[5,0,0],\"k\":2}").body();
    assertTrue(
        body.startsWith(
            "{\"hits\":["
                + "{\"key\":\"x\",\"score\":1.0,\"partition\":0,\"offset\":0,\"timestamp\":1000,"
                + "\"payload\":{\"axis\":1}},"
                + "{\"key\":\"xy\",\"score\":0.7071"),
        body);
    assertTrue(
        body.contains(
            "\"position\":{\"0\":2,\"2\":1},\"lag\":{},\"scannedRows\":3,\"tookMillis\":"),
        body);
  }

  @Test
  void tenHitsAreWantedUnlessSaidOtherwise() throws Exception {
    for (int i = 0; i < 12; i++) {
      api.put("key" + i, "", i, 1, 1);
    }
    assertEquals(10, ApiFixture.json(api.search("{\"vector\":[1,1,1]}")).path("hits").size());
  }

  @Test
  void vectorsComeWhenTheyAreAskedForAndPayloadsGoWhenTheyAreNot() throws Exception {
    JsonNode hit =
        ApiFixture.json(
                api.search(
                    "{\"vector\":[0,1,0],\"k\":1,\"withVector\":true,\"withPayload\":false}"))
            .path("hits")
            .path(0);
    assertEquals(
        "{\"key\":\"y\",\"score\":1.0,\"partition\":0,\"offset\":1,\"timestamp\":1001,"
            + "\"vector\":[0.0,3.0,0.0]}",
        hit.toString());
  }

  @Test
  void aSearchByKeyUsesItsVectorAndFindsTheKeyItself() throws Exception {
    JsonNode hits = ApiFixture.json(api.search("{\"key\":\"x\",\"k\":2}")).path("hits");
    assertEquals("x", hits.path(0).path("key").asString());
    assertEquals("xy", hits.path(1).path("key").asString());
  }

  @Test
  void aVectorMayComeAsFloat32() throws Exception {
    HttpResponse<String> response =
        api.post(
            SEARCH + "?k=1&withVector=true&withPayload=false",
            FLOAT32,
            BodyPublishers.ofByteArray(ApiFixture.float32(0, 7, 0)));
    JsonNode hits = ApiFixture.json(response).path("hits");
    assertEquals(1, hits.size());
    assertEquals("[0.0,3.0,0.0]", hits.path(0).path("vector").toString());
    assertTrue(hits.path(0).path("payload").isMissingNode());
  }

  @Test
  void theContentTypeMayHaveParametersAndAnyCase() throws Exception {
    HttpResponse<String> response =
        api.post(
            SEARCH,
            "Application/JSON; charset=utf-8",
            BodyPublishers.ofString("{\"vector\":[1,0,0]}"));
    assertEquals(3, ApiFixture.json(response).path("hits").size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                       | malformed-json",
        "[1,0,0]                                 | malformed-json",
        "{\"vector\":[1,0,0]}}                   | malformed-json",
        "{\"vector\":[1,0,0],\"k\":0}            | invalid-property",
        "{\"vector\":[1,0,0],\"k\":-1}           | invalid-property",
        "{\"vector\":[1,0,0],\"k\":1001}         | invalid-property",
        "{\"vector\":[1,0,0],\"k\":\"ten\"}      | invalid-property",
        "{\"vector\":[1,0,\"0\"]}                | invalid-property",
        "{\"vector\":[1,0,0],\"key\":\"x\"}      | invalid-property",
        "{\"k\":3}                               | invalid-property",
        "{\"vector\":null}                       | invalid-property",
        "{\"vector\":[1,0,0],\"ef\":10}          | unknown-property",
        "{\"vector\":[1,0]}                      | wrong-dimension",
        "{\"vector\":[1,0,0,0]}                  | wrong-dimension",
        "{\"vector\":[]}                         | wrong-dimension",
        "{\"vector\":[1,NaN,0]}                  | invalid-vector",
        "{\"vector\":[1,1e39,0]}                 | invalid-vector",
        "{\"vector\":[0,0,0]}                    | invalid-vector"
      })
  void aBadSearchIsAProblem(String body, String type) throws Exception {
    ApiFixture.problem(api.search(body), 400, type);
  }

  @Test
  void kOutOfRangeSaysWhatIsAllowed() throws Exception {
    JsonNode problem =
        ApiFixture.problem(api.search("{\"vector\":[1,0,0],\"k\":0}"), 400, "invalid-property");
    assertEquals("k is 0; allowed are 1 to 1000", problem.path("detail").asString());
  }

  @Test
  void aWrongDimensionSaysBoth() throws Exception {
    JsonNode problem = ApiFixture.problem(api.search("{\"vector\":[1,0]}"), 400, "wrong-dimension");
    assertEquals(
        "the vector has 2 components; collection docs has 3", problem.path("detail").asString());
  }

  @Test
  void anUnknownKeyIsAProblem() throws Exception {
    ApiFixture.problem(api.search("{\"key\":\"nowhere\"}"), 404, "unknown-key");
  }

  @Test
  void anUnknownCollectionIsAProblem() throws Exception {
    ApiFixture.problem(
        api.post("/v1/collections/dogs/search", "{\"vector\":[1]}"), 404, "unknown-collection");
  }

  @ParameterizedTest
  @CsvSource({"k=0,3", "k=1001,3", "k=many,3", "withVector=1,3", "ef=10,3"})
  void aBadQueryOfAFloat32SearchIsAProblem(String query, int components) throws Exception {
    ApiFixture.problem(
        api.post(
            SEARCH + "?" + query, FLOAT32, BodyPublishers.ofByteArray(new byte[4 * components])),
        400,
        "invalid-parameter");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4, 11, 16})
  void aFloat32BodyOfAnotherLengthIsAProblem(int bytes) throws Exception {
    ApiFixture.problem(
        api.post(SEARCH, FLOAT32, BodyPublishers.ofByteArray(new byte[bytes])),
        400,
        "wrong-dimension");
  }

  @Test
  void aFloat32BodyWithNaNIsAProblem() throws Exception {
    ApiFixture.problem(
        api.post(SEARCH, FLOAT32, BodyPublishers.ofByteArray(ApiFixture.float32(1, Float.NaN, 0))),
        400,
        "invalid-vector");
  }

  @Test
  void aJsonBodyWithAQueryIsAProblem() throws Exception {
    ApiFixture.problem(api.post(SEARCH + "?k=3", "{\"vector\":[1,0,0]}"), 400, "invalid-parameter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "application/jsonx"})
  void aBodyOfAnotherTypeIsAProblem(String contentType) throws Exception {
    HttpResponse<String> response =
        api.post(SEARCH, contentType, BodyPublishers.ofString("{\"vector\":[1,0,0]}"));
    ApiFixture.problem(response, 415, "unsupported-content-type");
    assertEquals(
        "application/json, application/octet-stream",
        response.headers().firstValue("Accept-Post").orElse(""));
  }

  @Test
  void moreVectorsThanFitIntoAnAnswerAreRefusedBeforeTheyAreRead() throws Exception {
    api.store.declare("wide", new VectorSchema(VectorSchema.MAX_DIMENSION, Metric.DOT));
    String path = "/v1/collections/wide/search?withVector=true&k=";
    byte[] vector = new byte[VectorSchema.MAX_DIMENSION * Float.BYTES];
    ApiFixture.json(api.post(path + 256, FLOAT32, BodyPublishers.ofByteArray(vector)));
    ApiFixture.problem(
        api.post(path + 257, FLOAT32, BodyPublishers.ofByteArray(vector)), 400, "answer-too-large");
  }

  @Test
  void hitsThatAreTooLargeAreRefusedBeforeTheyAreAllInMemory() throws Exception {
    List<Optional<HitBudget>> budgets = new CopyOnWriteArrayList<>();
    api.store.beforeSearch = query -> budgets.add(query.budget());
    ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
    JsonNode first = ApiFixture.json(api.search("{\"vector\":[1,0,0],\"k\":1,\"cursor\":true}"));
    ApiFixture.json(api.search("{\"after\":\"" + first.path("cursor").asString() + "\"}"));
    assertEquals(3, budgets.stream().flatMap(Optional::stream).distinct().count());
    budgets.clear();
    ApiFixture.json(
        api.post(SEARCH + "/batch", "{\"searches\":[{\"vector\":[1,0,0]},{\"vector\":[0,1,0]}]}"));
    assertEquals(2, budgets.size());
    assertEquals(1, budgets.stream().flatMap(Optional::stream).distinct().count());

    // Not all of what is searched for is asked for: the JSON alone would be small enough.
    String payload = "{\"text\":\"" + "x".repeat((1 << 20) - 11) + "\"}";
    for (int i = 0; i < 66; i++) {
      api.put("large" + i, payload, 0, 0, 1);
    }
    String large = "{\"vector\":[0,0,1],\"k\":1,\"offset\":65";
    ApiFixture.problem(api.search(large + "}"), 400, "answer-too-large");
    ApiFixture.problem(
        api.post(SEARCH + "/batch", "{\"searches\":[" + large + "}]}"), 400, "answer-too-large");
    ApiFixture.json(api.search(large + ",\"withPayload\":false}"));
  }

  @Test
  void anAnswerThatHasGrownTooLargeIsRefused() throws Exception {
    api.store.declare("wide", new VectorSchema(VectorSchema.MAX_DIMENSION, Metric.DOT));
    float[] vector = new float[VectorSchema.MAX_DIMENSION];
    Arrays.fill(vector, -1.1754944E-38f);
    for (int i = 0; i < 90; i++) {
      api.put("wide", 0, "key" + i, "", vector);
    }
    ApiFixture.problem(
        api.post("/v1/collections/wide/search", "{\"key\":\"key1\",\"k\":90,\"withVector\":true}"),
        400,
        "answer-too-large");
  }
}
