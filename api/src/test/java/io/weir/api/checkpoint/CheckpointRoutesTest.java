package io.weir.api.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.ViewSettings;
import io.weir.api.WatchSettings;
import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointReport.ShardCheckpoint;
import io.weir.storage.CheckpointTimes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class CheckpointRoutesTest {

  private static final String CHECKPOINTS = "/v1/checkpoints";

  @TempDir private Path directory;

  @Test
  void aCheckpointIsRunAndReported() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("a", "", 1, 0, 0);
      api.put("b", "", 0, 1, 0);
      JsonNode report = ApiFixture.json(run(api));
      assertEquals("request", report.path("trigger").asString());
      assertTrue(report.path("succeeded").asBoolean());
      assertEquals(2, report.path("rows").asInt());
      assertTrue(report.path("bytes").asLong() > 0);
      assertTrue(report.path("tookMillis").asDouble() > 0);
      assertFalse(Instant.parse(report.path("startedAt").asString()).isAfter(Instant.now()));
      JsonNode shard = report.path("shards").path(0);
      assertEquals("docs", shard.path("collection").asString());
      assertEquals(0, shard.path("partition").asInt());
      assertEquals(2, shard.path("durable").path("nextOffset").asInt());
      assertEquals(2, shard.path("rows").asInt());
      assertEquals(0, shard.path("deadMarks").asInt());
      assertTrue(shard.path("bytes").asLong() > 0);
      assertTrue(shard.path("failure").isNull());
    }
  }

  @Test
  void theHistoryIsNewestFirst() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      assertEquals(
          "{\"next\":null,\"lastStarted\":null,\"lastSucceeded\":null,\"checkpoints\":[]}",
          api.get(CHECKPOINTS).body());
      api.put("a", "", 1, 0, 0);
      String first = run(api).body();
      api.put("b", "", 1, 0, 0);
      String second = run(api).body();
      String history = api.get(CHECKPOINTS).body();
      assertTrue(
          history.endsWith("\"checkpoints\":[" + second + "," + first + "]}"), () -> history);
    }
  }

  @Test
  void theTimesOfRunsAreShown() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("a", "", 1, 0, 0);
      JsonNode report = ApiFixture.json(run(api));
      JsonNode real = ApiFixture.json(api.get(CHECKPOINTS));
      assertEquals(report.path("startedAt"), real.path("lastStarted"));
      assertTrue(real.path("lastSucceeded").isString(), real::toString);

      api.store.checkpointTimes =
          Optional.of(
              new CheckpointTimes(
                  Optional.of(Instant.parse("2026-11-25T03:00:00Z")),
                  Optional.of(Instant.parse("2026-11-24T03:00:00.5Z")),
                  Optional.of(Instant.parse("2026-11-26T03:00:00Z"))));
      JsonNode times = ApiFixture.json(api.get(CHECKPOINTS));
      assertEquals("2026-11-25T03:00:00Z", times.path("lastStarted").asString());
      assertEquals("2026-11-24T03:00:00.500Z", times.path("lastSucceeded").asString());
      assertEquals("2026-11-26T03:00:00Z", times.path("next").asString());
    }
  }

  @Test
  void anEmptyObjectIsAnAllowedBodyAndAnythingElseIsNot() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      ApiFixture.json(api.post(CHECKPOINTS, "{}"));
      ApiFixture.problem(
          api.post(CHECKPOINTS, "{\"collection\":\"docs\"}"), 400, "unknown-property");
      ApiFixture.problem(
          api.post(CHECKPOINTS, "text/plain", HttpRequest.BodyPublishers.ofString("{}")),
          415,
          "unsupported-content-type");
    }
  }

  @Test
  void aShardThatFailedIsAProblemThatNamesIt() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      ShardCheckpoint failed =
          new ShardCheckpoint(
              "docs", 4, Optional.empty(), 0, 0, 0, Optional.of("No space left on device"));
      api.store.onCheckpoint =
          _ ->
              CompletableFuture.completedFuture(
                  new CheckpointReport(
                      CheckpointReport.Trigger.REQUEST,
                      Instant.now(),
                      Duration.ZERO,
                      List.of(failed)));
      JsonNode problem = ApiFixture.problem(run(api), 500, "checkpoint-failed");
      assertTrue(
          problem
              .path("detail")
              .asString()
              .startsWith("docs partition 4: No space left on device;"),
          problem::toString);
    }
  }

  @Test
  void aCheckpointThatTakesTooLongGoesOnAlone() throws Exception {
    ApiSettings hasty =
        new ApiSettings(
            "127.0.0.1",
            0,
            1 << 20,
            10,
            0,
            1,
            1,
            ApiFixture.PATIENCE,
            Duration.ofMillis(20),
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            ApiFixture.PATIENCE,
            ViewSettings.defaults(),
            RequestLogs.defaults(),
            WatchSettings.defaults(),
            QdrantSettings.defaults(),
            SecuritySettings.none());
    try (ApiFixture api = ApiFixture.start(directory, _ -> hasty, FeedStatus.none())) {
      CompletableFuture<CheckpointReport> endless = new CompletableFuture<>();
      api.store.onCheckpoint = _ -> endless;
      ApiFixture.problem(run(api), 504, "deadline-passed");
      assertFalse(endless.isCancelled());
    }
  }

  private static HttpResponse<String> run(ApiFixture api) throws IOException, InterruptedException {
    return api.send(
        HttpRequest.newBuilder(api.uri(CHECKPOINTS)).POST(HttpRequest.BodyPublishers.noBody()));
  }
}
