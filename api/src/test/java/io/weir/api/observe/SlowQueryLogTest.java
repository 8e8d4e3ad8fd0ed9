package io.weir.api.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class SlowQueryLogTest {

  private static final String DOCS = "/v1/collections/docs";

  /** Everything takes longer. */
  private static final RequestLogs ALL = new RequestLogs(false, Duration.ofNanos(1));

  @TempDir private Path directory;
  private ApiFixture api;
  private LogLines log;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory, settings -> settings.withLogs(ALL), FeedStatus.none());
    log = new LogLines("weir.slow-query");
    api.put("a", "", 1, 0, 0);
    api.put("b", "", 0, 1, 0);
  }

  @AfterEach
  void stop() throws IOException {
    log.close();
    api.close();
  }

  private static double millis(Map<String, Object> line, String name) {
    return (double) line.getOrDefault(name, Double.NaN);
  }

  @Test
  void aSearchSaysWhatItDid() throws Exception {
    ApiFixture.json(api.search("{\"vector\":[1,0,0],\"k\":7}"));

    Map<String, Object> line = log.await(0);
    assertEquals(
        List.of(
            "collection",
            "kind",
            "queries",
            "k",
            "filter",
            "rows",
            "waitedMillis",
            "scanMillis",
            "tookMillis",
            "status",
            "position"),
        List.copyOf(line.keySet()));
    assertEquals("docs", line.get("collection"));
    assertEquals("search", line.get("kind"));
    assertEquals(1, line.get("queries"));
    assertEquals(7, line.get("k"));
    assertEquals(false, line.get("filter"));
    assertEquals(2L, line.get("rows"));
    assertEquals("200", line.get("status"));
    assertEquals("0:2", line.get("position"));
    assertTrue(millis(line, "scanMillis") > 0, line::toString);
    assertTrue(
        millis(line, "tookMillis") >= millis(line, "scanMillis") + millis(line, "waitedMillis"),
        line::toString);
  }

  @Test
  void eachKindIsNamed() throws Exception {
    ApiFixture.json(
        api.post(
            DOCS + "/search/batch",
            "{\"searches\":[{\"vector\":[1,0,0],\"k\":3},{\"vector\":[1,1,0],\"k\":5}]}"));
    ApiFixture.json(api.get(DOCS + "/vectors/a"));
    ApiFixture.json(api.post(DOCS + "/vectors/get", "{\"keys\":[\"a\",\"b\",\"none\"]}"));
    assertEquals(200, api.get(DOCS + "/export").statusCode());
    api.get("/v1/stats");

    Map<String, Object> batch = log.await(0);
    assertEquals("batch", batch.get("kind"));
    assertEquals(2, batch.get("queries"));
    assertEquals(5, batch.get("k"));
    assertEquals(4L, batch.get("rows"));
    Map<String, Object> get = log.await(1);
    assertEquals("get", get.get("kind"));
    assertEquals(1L, get.get("rows"));
    Map<String, Object> many = log.await(2);
    assertEquals("get", many.get("kind"));
    assertEquals(3, many.get("queries"));
    assertEquals(2L, many.get("rows"));
    Map<String, Object> export = log.await(3);
    assertEquals("export", export.get("kind"));
    assertEquals(2L, export.get("rows"));
    assertEquals("0:2", export.get("position"));
    assertEquals(4, log.lines().size(), "figures are no query");
  }

  @Test
  void theWaitForAPositionIsTold() throws Exception {
    CompletableFuture<HttpResponse<String>> waiting =
        api.client()
            .sendAsync(
                HttpRequest.newBuilder(api.uri(DOCS + "/search"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString("{\"vector\":[1,0,0],\"minPosition\":{\"0\":3}}"))
                    .build(),
                BodyHandlers.ofString());
    while (api.meters.get("weir.work.wait").tag("pool", "searches").functionTimer().count() < 1) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    TimeUnit.MILLISECONDS.sleep(50);
    api.put("c", "", 1, 0, 0);
    assertEquals(200, waiting.get(60, TimeUnit.SECONDS).statusCode());

    Map<String, Object> line = log.await(0);
    assertEquals("0:3", line.get("position"));
    assertTrue(millis(line, "waitedMillis") > 1, line::toString);
    assertTrue(millis(line, "tookMillis") >= millis(line, "waitedMillis"), line::toString);
  }

  @Test
  void onesThatFailAreTold() throws Exception {
    api.close();
    api =
        ApiFixture.start(
            directory,
            settings -> settings.withLogs(ALL).withDeadline(Duration.ofMillis(200)),
            FeedStatus.none());
    ApiFixture.problem(
        api.search("{\"vector\":[1,0,0],\"minPosition\":{\"0\":3000}}"),
        504,
        "position-not-reached");

    Map<String, Object> line = log.await(0);
    assertEquals("504", line.get("status"));
    assertTrue(millis(line, "waitedMillis") > 100, line::toString);
  }

  @Test
  void quickOnesAreNot() throws Exception {
    api.close();
    api =
        ApiFixture.start(
            directory,
            settings -> settings.withLogs(new RequestLogs(false, Duration.ofHours(1))),
            FeedStatus.none());
    ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
    try (ApiFixture off =
        ApiFixture.start(
            directory.resolve("off"),
            settings -> settings.withLogs(new RequestLogs(false, Duration.ZERO)),
            FeedStatus.none())) {
      ApiFixture.json(off.search("{\"vector\":[1,0,0]}"));
    }
    assertEquals(List.of(), log.lines());
  }
}
