package io.weir.api.position;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Progress;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class PositionsTest {

  private static final String DOCS = "/v1/collections/docs";
  private static final String SEARCH = "{\"vector\":[1,0,0]";

  /** More than there are threads for searches, and for other reads. */
  private static final int WAITING = 30;

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts it, with settings of its own
  private ApiFixture api;

  private void start(Duration deadline, FeedStatus feeds) throws IOException {
    api =
        ApiFixture.start(
            directory,
            settings -> settings.withDeadline(deadline).withSearches(1, WAITING + 1),
            feeds);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @Test
  void aPartitionThatLeavesMeanwhileIsUnknown() throws Exception {
    start(ApiFixture.PATIENCE, FeedStatus.none());
    api.put("a", "", 1, 0, 0);
    api.store.beforeSearch = _ -> api.store.collection("docs").orElseThrow().dropShard(0);
    ApiFixture.problem(api.search(SEARCH + ",\"asOf\":{\"0\":1}}"), 404, "unknown-shard");
  }

  @Test
  void whoWaitsHoldsNoThreadAndSeesWhatWasWaitedFor() throws Exception {
    start(ApiFixture.PATIENCE, FeedStatus.none());
    api.put("a", "", 1, 0, 0);
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    for (int i = 0; i < WAITING; i++) {
      waiting.add(
          api.sendUntilAccepted(
              HttpRequest.newBuilder(api.uri(DOCS + "/search"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(SEARCH + ",\"minPosition\":{\"0\":2}}"))
                  .build()));
      waiting.add(
          api.sendUntilAccepted(
              HttpRequest.newBuilder(api.uri(DOCS + "/vectors/b?minPosition=0:2")).build()));
    }
    JsonNode other = ApiFixture.json(api.search(SEARCH + "}"));
    assertEquals("{\"0\":1}", other.path("position").toString());
    assertFalse(waiting.stream().anyMatch(CompletableFuture::isDone));
    api.put("b", "", 0, 1, 0);
    for (CompletableFuture<HttpResponse<String>> one : waiting) {
      HttpResponse<String> response =
          one.get(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertTrue(response.body().contains("\"key\":\"b\""), response::body);
      assertEquals("{\"0\":2}", ApiFixture.json(response).path("position").toString());
    }
  }

  @Test
  void whatDoesNotComeIsAProblemThatSaysHowFarEachPartitionIs() throws Exception {
    start(Duration.ofMillis(800), FeedStatus.none());
    api.put("a", "", 1, 0, 0);
    api.put("docs", 1, "b", "", 1, 0, 0);
    JsonNode problem =
        ApiFixture.problem(
            api.search(SEARCH + ",\"minPosition\":{\"0\":1,\"1\":7,\"4\":1}}"),
            504,
            "position-not-reached");
    assertEquals(
        "after 800 ms partition 1 is at 1, not at 7; partition 4 has nothing here, not at 1",
        problem.path("detail").asString());
    assertEquals("{\"0\":1,\"1\":1}", problem.path("position").toString());
  }

  @Test
  void thePastIsAnsweredWhileItIsThere() throws Exception {
    start(ApiFixture.PATIENCE, FeedStatus.none());
    api.put("a", "{\"n\":1}", 1, 0, 0);
    api.put("b", "", 0, 1, 0);
    api.put("a", "{\"n\":2}", 1, 1, 0);
    JsonNode search = ApiFixture.json(api.search(SEARCH + ",\"asOf\":{\"0\":1}}"));
    assertEquals(1, search.path("hits").size());
    assertEquals(1, search.path("hits").path(0).path("payload").path("n").asInt());
    assertEquals("{\"0\":1}", search.path("position").toString());
    assertEquals(
        1,
        ApiFixture.json(api.get(DOCS + "/vectors/a?asOf=0:2")).path("payload").path("n").asInt());
    JsonNode many =
        ApiFixture.json(
            api.post(DOCS + "/vectors/get", "{\"keys\":[\"b\",\"a\"],\"asOf\":{\"0\":1}}"));
    assertEquals("[\"b\"]", many.path("missing").toString());
    assertTrue(api.store.checkpoint().get().succeeded());

    JsonNode gone =
        ApiFixture.problem(api.search(SEARCH + ",\"asOf\":{\"0\":1}}"), 410, "position-gone");
    assertEquals("{\"0\":3}", gone.path("oldest").toString());
    JsonNode ahead =
        ApiFixture.problem(api.search(SEARCH + ",\"asOf\":{\"0\":4}}"), 409, "position-ahead");
    assertEquals("{\"0\":3}", ahead.path("newest").toString());
    ApiFixture.problem(api.search(SEARCH + ",\"asOf\":{\"5\":4}}"), 404, "unknown-shard");
  }

  @Test
  void aPositionThatIsNoneIsAProblem() throws Exception {
    start(ApiFixture.PATIENCE, FeedStatus.none());
    for (String bad : List.of("[]", "{\"-1\":1}", "{\"00\":1}", "{\"x\":1}", "{\"0\":-1}", "7")) {
      ApiFixture.problem(api.search(SEARCH + ",\"asOf\":" + bad + "}"), 400, "invalid-property");
    }
    for (String bad : List.of("0", "0:", ":1", "0:1,0:2", "-1:1", "0:1,", "a:b")) {
      ApiFixture.problem(api.get(DOCS + "/vectors/a?minPosition=" + bad), 400, "invalid-parameter");
    }
  }

  @Test
  void theLagIsHowFarTheLogIsAheadOfTheAnswer() throws Exception {
    Progress progress =
        new Progress(
            OptionalLong.of(0),
            OptionalLong.of(5),
            OptionalLong.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());
    start(
        ApiFixture.PATIENCE,
        new FeedStatus() {
          @Override
          public Readiness readiness() {
            return new Readiness.Ready();
          }

          @Override
          public List<Feed> feeds() {
            return List.of(
                new Feed("docs", 0, "reading", false, Optional.empty(), progress, Map.of()),
                new Feed("docs", 1, "reading", false, Optional.empty(), progress, Map.of()),
                new Feed("docs", 2, "new", false, Optional.empty(), Progress.UNKNOWN, Map.of()),
                new Feed("dogs", 3, "reading", false, Optional.empty(), progress, Map.of()));
          }
        });
    api.put("a", "", 1, 0, 0);
    api.put("b", "", 1, 0, 0);
    assertEquals(
        "{\"0\":3,\"1\":5}", ApiFixture.json(api.search(SEARCH + "}")).path("lag").toString());
    assertEquals(
        "{\"0\":4,\"1\":5}",
        ApiFixture.json(api.get(DOCS + "/vectors/a?asOf=0:1")).path("lag").toString());
    assertEquals("0:3,1:5", api.get(DOCS + "/export").headers().firstValue("Weir-Lag").orElse(""));
  }
}
