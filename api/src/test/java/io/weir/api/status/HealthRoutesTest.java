package io.weir.api.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class HealthRoutesTest {

  @TempDir private Path directory;

  @Test
  void aStoreThatNobodyFeedsIsLiveAndReady() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      assertEquals("{\"status\":\"live\"}", ApiFixture.json(api.get("/livez")).toString());
      assertEquals(
          "{\"status\":\"ready\",\"trouble\":[]}", ApiFixture.json(api.get("/readyz")).toString());
    }
  }

  @Test
  void whoIsNotReadySaysWhatIsWaitedForAndThenIs() throws Exception {
    AtomicReference<FeedStatus.Readiness> readiness =
        new AtomicReference<>(
            new FeedStatus.Readiness.Waiting("docs partition 0 has 7 records to go"));
    FeedStatus feeds =
        new FeedStatus() {
          @Override
          public Readiness readiness() {
            return readiness.get();
          }

          @Override
          public List<Feed> feeds() {
            return List.of();
          }
        };
    try (ApiFixture api = ApiFixture.start(directory, UnaryOperator.identity(), feeds)) {
      JsonNode problem = ApiFixture.problem(api.get("/readyz"), 503, "not-ready");
      assertEquals("docs partition 0 has 7 records to go", problem.path("detail").asString());
      assertEquals(200, api.get("/livez").statusCode());
      assertEquals(0, api.meters.get("weir.ready").gauge().value());
      readiness.set(new FeedStatus.Readiness.Ready());
      assertEquals(200, api.get("/readyz").statusCode());
      assertEquals(1, api.meters.get("weir.ready").gauge().value());
      api.server.announceStop();
      assertEquals(0, api.meters.get("weir.ready").gauge().value());
    }
  }

  @Test
  void whoIsReadySaysWhatIsWrongAllTheSame() throws Exception {
    FeedStatus.Feed stopped =
        new FeedStatus.Feed(
            "docs",
            3,
            "stopped",
            true,
            Optional.of("stopped: log-truncated"),
            FeedStatus.Progress.UNKNOWN,
            Map.of());
    FeedStatus.Feed running =
        new FeedStatus.Feed(
            "docs", 4, "running", false, Optional.empty(), FeedStatus.Progress.UNKNOWN, Map.of());
    FeedStatus feeds =
        new FeedStatus() {
          @Override
          public Readiness readiness() {
            return new Readiness.Ready();
          }

          @Override
          public List<Feed> feeds() {
            return List.of(running, stopped);
          }
        };
    try (ApiFixture api = ApiFixture.start(directory, UnaryOperator.identity(), feeds)) {
      assertEquals(
          "[{\"collection\":\"docs\",\"partition\":3,\"state\":\"stopped\","
              + "\"detail\":\"stopped: log-truncated\"}]",
          ApiFixture.json(api.get("/readyz")).path("trouble").toString());
    }
  }
}
