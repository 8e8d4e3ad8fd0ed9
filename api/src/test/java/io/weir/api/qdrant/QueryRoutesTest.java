package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class QueryRoutesTest {

  @TempDir private Path directory;
  private ApiFixture api;
  private Points docs;
  private Points far;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.store.declare("far", new VectorSchema(1, Metric.EUCLIDEAN));
    docs = new Points(api, "docs");
    far = new Points(api, "far");
    api.put("x", "{\"axis\":1}", 2, 0, 0);
    api.put("y", "", 0, 3, 0);
    api.put("docs", 2, "xy", "{}", 1, 1, 0);
    for (int i = 0; i < 4; i++) {
      api.put("far", 0, "f" + i, "", i);
    }
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    assertEquals(0, api.store.openViews());
  }

  private String query(String body) throws Exception {
    return Points.ids(docs.post("/query", body).path("points"));
  }

  @Test
  void pointsComeBestScoreFirstWithTheirOffsetAsVersion() throws Exception {
    String body =
        docs.send("/query", "{\"query\":[5,0,0],\"limit\":2,\"with_payload\":true}").body();
    assertTrue(
        body.startsWith(
            "{\"result\":{\"points\":[{\"id\":\"x\",\"version\":0,\"score\":1.0,\"payload\":{\"axis\":1}},"
                + "{\"id\":\"xy\",\"version\":0,\"score\":0.7071"),
        body);
  }

  @Test
  void aVectorCanBeGivenInEachFormAndAPointIsNotNearItself() throws Exception {
    assertEquals("y xy x", query("{\"query\":[0,1,0]}"));
    assertEquals(
        "y xy x", query("{\"query\":{\"nearest\":[0,1,0]},\"using\":\"\",\"prefetch\":[]}"));
    assertEquals("xy y", query("{\"query\":\"x\"}"));
    assertEquals("xy y", query("{\"query\":{\"nearest\":\"x\",\"mmr\":null},\"filter\":null}"));
    assertEquals(
        "y", query("{\"query\":\"x\",\"filter\":{\"must\":[{\"has_id\":[\"x\",\"y\"]}]}}"));
    assertTrue(Points.error(404, docs.send("/query", "{\"query\":\"z\"}")).contains("'z'"));
  }

  @Test
  void withoutAQueryPointsComeInTheOrderOfAScan() throws Exception {
    assertEquals("x y xy", query("{}"));
    assertEquals(
        "y", query("{\"limit\":1,\"offset\":1,\"params\":{\"exact\":true,\"hnsw_ef\":9}}"));
    assertEquals("xy", query("{\"filter\":{\"must_not\":{\"has_id\":[\"x\",\"y\"]}}}"));
  }

  @Test
  void aThresholdIsOfBetterScoresWhateverTheMetric() throws Exception {
    assertEquals("x", query("{\"query\":[1,0,0],\"score_threshold\":0.8}"));
    assertEquals("x xy", query("{\"query\":[1,0,0],\"score_threshold\":0.5}"));
    assertEquals("", query("{\"query\":[1,0,0],\"score_threshold\":1}"));
    assertEquals(
        "f0 f1",
        Points.ids(far.post("/query", "{\"query\":[0],\"score_threshold\":2}").path("points")));
    assertEquals(
        "f1",
        Points.ids(
            far.post("/query", "{\"query\":[0],\"score_threshold\":2,\"offset\":1}")
                .path("points")));
  }

  @Test
  void olderClientsSearch() throws Exception {
    assertEquals(
        "[{\"id\":\"y\",\"version\":1,\"score\":1.0,\"payload\":{},\"vector\":[0.0,3.0,0.0]}]",
        docs.post(
                "/search",
                "{\"vector\":[0,1,0],\"limit\":1,\"offset\":0,\"with_payload\":true,\"with_vector\":true}")
            .toString());
    assertEquals(
        "y xy x",
        Points.ids(
            docs.post("/search/batch", "{\"searches\":[{\"vector\":[0,1,0],\"limit\":5}]}")
                .path(0)));
  }

  @Test
  void aBatchIsAnsweredInItsOrder() throws Exception {
    var answers =
        docs.post(
            "/query/batch?consistency=&timeout=",
            "{\"searches\":[{\"query\":[0,1,0],\"limit\":1},{\"query\":\"x\"},"
                + "{\"query\":[1,0,0],\"score_threshold\":0.8,\"with_payload\":[\"axis\"]}]}");
    assertEquals("y", Points.ids(answers.path(0).path("points")));
    assertEquals("xy y", Points.ids(answers.path(1).path("points")));
    assertEquals(
        "[{\"id\":\"x\",\"version\":0,\"score\":1.0,\"payload\":{\"axis\":1}}]",
        answers.path(2).path("points").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"query\":[1,0]}                            | the vector has 2 components; collection docs has 3",
        "{\"query\":[0,0,0]}                          | ",
        "{\"query\":{}}                               | query is an object without nearest",
        "{\"query\":{\"recommend\":{\"positive\":[1]}}} | recommend is not supported by Weir",
        "{\"query\":{\"fusion\":\"rrf\"}}              | fusion is not supported by Weir",
        "{\"query\":{\"nearest\":[1,0,0],\"mmr\":{}}}  | mmr is not supported by Weir",
        "{\"query\":{\"nearest\":{\"indices\":[1]}}}   | nearest as an object is not supported by Weir",
        "{\"query\":{\"order_by\":\"n\"}}              | order_by is not supported by Weir",
        "{\"query\":[1,0,0],\"prefetch\":[{}]}        | prefetch is not supported by Weir",
        "{\"query\":[1,0,0],\"using\":\"image\"}      | using 'image' is not supported by Weir",
        "{\"query\":[1,0,0],\"limit\":0}              | limit is 0; allowed are 1 to 1000",
        "{\"query\":[1,0,0],\"limit\":9,\"offset\":992} | offset is 992",
        "{\"query\":[1,0,0],\"score_threshold\":\"a\"} | score_threshold is a string",
        "{\"query\":true}                             | query is true or false; it must be the id of a point",
      })
  void whatIsNotSupportedIsNamed(String body, String error) throws Exception {
    String told = Points.error(400, docs.send("/query", body));
    assertTrue(told.startsWith(error == null ? "" : error), told);
    String inABatch = Points.error(400, docs.send("/query/batch", "{\"searches\":[" + body + "]}"));
    assertTrue(inABatch.startsWith("searches[0]: " + (error == null ? "" : error)), inABatch);
  }

  @Test
  void aBatchHasALimitAndAQueryEach() throws Exception {
    assertTrue(
        Points.error(400, docs.send("/query/batch", "{\"searches\":[]}"))
            .startsWith("searches is missing or empty"));
    assertTrue(
        Points.error(400, docs.send("/query/batch", "{\"searches\":[{}]}"))
            .startsWith("searches[0]: query is missing"));
    String many = String.join(",", Collections.nCopies(101, "{\"query\":[1,0,0]}"));
    assertTrue(
        Points.error(400, docs.send("/query/batch", "{\"searches\":[" + many + "]}"))
            .startsWith("searches has more than 100 elements"));
  }
}
