package io.weir.api.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class CollectionRoutesTest {

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
  void collectionsAreListedByNameWithTheirRows() throws Exception {
    api.store.declare("areas", new VectorSchema(2, Metric.EUCLIDEAN));
    api.put("a", "", 1, 0, 0);
    api.put("docs", 3, "b", "", 0, 1, 0);
    JsonNode listed = ApiFixture.json(api.get("/v1/collections")).path("collections");
    assertEquals(
        "[{\"name\":\"areas\",\"dimension\":2,\"metric\":\"euclidean\",\"liveRows\":0,\"shards\":0},"
            + "{\"name\":\"docs\",\"dimension\":3,\"metric\":\"cosine\",\"liveRows\":2,\"shards\":2}]",
        listed.toString());
  }

  @Test
  void aCollectionIsDescribedWithItsShards() throws Exception {
    api.put("docs", 3, "a", "", 1, 0, 0);
    JsonNode described = ApiFixture.json(api.get("/v1/collections/docs"));
    assertEquals(
        "{\"name\":\"docs\",\"dimension\":3,\"metric\":\"cosine\",\"liveRows\":1,"
            + "\"fields\":{},\"shards\":["
            + "{\"partition\":3,\"liveRows\":1,\"applied\":{\"nextOffset\":1,\"leaderEpoch\":-1},"
            + "\"durable\":null}]}",
        described.toString());
  }

  @Test
  void anUnknownCollectionIsAProblemThatNamesTheKnown() throws Exception {
    JsonNode problem =
        ApiFixture.problem(api.get("/v1/collections/dogs"), 404, "unknown-collection");
    assertEquals(
        "there is no collection 'dogs'; there are docs", problem.path("detail").asString());
    assertEquals("/v1/collections/dogs", problem.path("instance").asString());
  }

  @Test
  void theIndexNamesVersionAndRoutes() throws Exception {
    JsonNode index = ApiFixture.json(api.get("/"));
    assertEquals("weir", index.path("name").asString());
    assertTrue(index.path("version").asString().matches("\\d+\\.\\d+\\.\\d+.*"), index::toString);
    for (JsonNode link : index.path("links")) {
      assertEquals(200, api.get(link.asString()).statusCode(), link::asString);
    }
  }
}
