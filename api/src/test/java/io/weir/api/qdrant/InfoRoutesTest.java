package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class InfoRoutesTest {

  @TempDir private Path directory;

  private static final FeedStatus FEEDS =
      new FeedStatus() {
        @Override
        public Readiness readiness() {
          return new Readiness.Ready();
        }

        @Override
        public List<Feed> feeds() {
          return List.of();
        }

        @Override
        public Optional<String> topic(String collection) {
          return collection.equals("docs") ? Optional.of("docs-embeddings") : Optional.empty();
        }
      };

  private ApiFixture start() throws Exception {
    return ApiFixture.start(directory, UnaryOperator.identity(), FEEDS);
  }

  private static HttpResponse<String> root(ApiFixture api, String userAgent) throws Exception {
    return api.send(
        HttpRequest.newBuilder(api.uri("/"))
            .header("Accept", "*/*")
            .header("User-Agent", userAgent)
            .GET());
  }

  @ParameterizedTest
  @ValueSource(strings = {"qdrant-js/1.18.0", "python-client/1.18.0 python/3.13.5", "Qdrant-x"})
  void clientsOfQdrantFindItsVersionWhereTheyLookForIt(String client) throws Exception {
    try (ApiFixture api = start()) {
      HttpResponse<String> answer = root(api, client);
      assertEquals(
          "{\"title\":\"Weir, with the reads of Qdrant\",\"version\":\"1.18.0\"}", answer.body());
      assertEquals("User-Agent", answer.headers().firstValue("Vary").orElse(""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"curl/8.14.1", "Mozilla/5.0 (X11; Linux x86_64)", "my-qdrant-js"})
  void othersFindWeirsIndex(String client) throws Exception {
    try (ApiFixture api = start()) {
      assertEquals("weir", ApiFixture.json(root(api, client)).path("name").asString());
    }
  }

  @Test
  void collectionsAreListedAndDescribed() throws Exception {
    try (ApiFixture api = start()) {
      api.store.declare("far", new VectorSchema(2, Metric.EUCLIDEAN));
      api.put("a", "", 1, 0, 0);
      api.put("docs", 3, "b", "", 1, 0, 0);
      api.put("a", "", 0, 1, 0);

      assertEquals(
          "{\"collections\":[{\"name\":\"docs\"},{\"name\":\"far\"}]}",
          Points.result(api.get("/collections")).toString());
      assertEquals(
          "{\"exists\":true}", Points.result(api.get("/collections/docs/exists")).toString());
      assertEquals(
          "{\"exists\":false}", Points.result(api.get("/collections/dogs/exists")).toString());
      JsonNode docs = Points.result(api.get("/collections/docs"));
      assertEquals("green", docs.path("status").asString());
      assertEquals(2, docs.path("points_count").asInt());
      assertEquals(
          "{\"size\":3,\"distance\":\"Cosine\"}", docs.at("/config/params/vectors").toString());
      assertEquals("docs-embeddings", docs.at("/config/metadata/topic").asString());
      JsonNode far = Points.result(api.get("/collections/far"));
      assertEquals("Euclid", far.at("/config/params/vectors/distance").asString());
      assertEquals(0, far.path("points_count").asInt());
      assertTrue(
          Points.error(404, api.get("/collections/dogs"))
              .startsWith("there is no collection 'dogs'"));
    }
  }

  @Test
  void telemetryAndHealthAnswer() throws Exception {
    try (ApiFixture api = start()) {
      assertEquals(
          1,
          Points.result(api.get("/telemetry?anonymize=true"))
              .at("/collections/number_of_collections")
              .asInt());
      assertEquals("healthz check passed", api.get("/healthz").body());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,    /collections/docs",
    "PATCH,  /collections/docs",
    "DELETE, /collections/docs",
    "PUT,    /collections/docs/index",
    "POST,   /collections/docs/snapshots",
    "PUT,    /collections/docs/points",
    "POST,   /collections/docs/points/delete",
    "POST,   /collections/docs/points/payload",
    "PUT,    /collections/docs/points/payload",
    "POST,   /collections/docs/points/payload/clear",
    "PUT,    /collections/docs/points/vectors",
    "POST,   /collections/docs/points/vectors/delete",
    "POST,   /collections/docs/points/batch",
  })
  void writesAreToldTheTopicToProduceTo(String method, String path) throws Exception {
    try (ApiFixture api = start()) {
      String error = Points.error(405, send(api, method, path));
      assertTrue(error.contains("produce to topic 'docs-embeddings'"), error);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /collections/dogs/points",
    "POST, /collections/aliases",
    "PUT, /collections/new"
  })
  void writesToWhatIsNotThereAreToldWhereTopicsAreDeclared(String method, String path)
      throws Exception {
    try (ApiFixture api = start()) {
      String error = Points.error(405, send(api, method, path));
      assertTrue(error.contains("are declared in Weir's settings"), error);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /collections/docs/points/recommend, 404",
    "POST, /collections/docs/facet, 404",
    "GET,  /collections/docs/points/a/b, 404",
    "GET,  /aliases, 404",
    "POST, /collections/docs/exists, 405",
  })
  void readsThatAreNotServedAreToldInTheSameForm(String method, String path, int status)
      throws Exception {
    try (ApiFixture api = start()) {
      assertTrue(!Points.error(status, send(api, method, path)).isBlank());
    }
  }

  private static HttpResponse<String> send(ApiFixture api, String method, String path)
      throws Exception {
    return api.send(
        HttpRequest.newBuilder(api.uri(path + "?wait=true"))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}")));
  }

  @Test
  void allOfItCanBeSwitchedOff() throws Exception {
    try (ApiFixture api =
        ApiFixture.start(
            directory,
            settings -> settings.withQdrant(new QdrantSettings(false, QdrantSettings.Ids.STRING)),
            FEEDS)) {
      HttpResponse<String> answer =
          api.client()
              .send(
                  HttpRequest.newBuilder(api.uri("/collections")).build(),
                  HttpResponse.BodyHandlers.ofString());
      ApiFixture.problem(answer, 404, "unknown-route");
      assertEquals("weir", ApiFixture.json(root(api, "qdrant-js/1.18.0")).path("name").asString());
    }
  }
}
