package io.weir.api.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.ProcessStats;
import io.weir.storage.RecoveryReport;
import io.weir.storage.ScrubReport;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.ShardStats;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(NoLeaks.class)
class StatsRouteTest {

  private static final List<String> FIGURES =
      List.of(
          "liveRows",
          "unresolvedRows",
          "coldRows",
          "deadRows",
          "hotRows",
          "hotAllocatedBytes",
          "hotUsedBytes",
          "segments",
          "chunks",
          "openFiles",
          "diskBytes",
          "diskAllocatedBytes",
          "pinnedBytes",
          "payloadBytes",
          "indexBytes",
          "fieldBytes",
          "deadBytes",
          "maps",
          "mappedBytes",
          "residentBytes");

  @TempDir private Path directory;

  @Test
  void everyFigureOfTheStoreIsThere() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("a", "", 1, 0, 0);
      JsonNode stats = ApiFixture.json(api.get("/v1/stats"));
      assertHasAll(StoreStats.class, stats);
      assertHasAll(ProcessStats.class, stats.path("process"));
      JsonNode collection = stats.path("collections").path(0);
      JsonNode shard = collection.path("shards").path(0);
      for (String name : figures(ShardStats.class)) {
        assertTrue(shard.has(name) || name.equals("figures"), name);
      }
      for (JsonNode figures : List.of(stats.path("total"), collection, shard)) {
        assertTrue(figures.propertyNames().containsAll(FIGURES), figures::toString);
      }
      JsonNode recovery = stats.path("recovery");
      for (String figure : figures(RecoveryReport.class)) {
        String name = figure.equals("took") ? "tookMillis" : figure;
        assertTrue(recovery.has(name), name);
      }
    }
  }

  @Test
  void workInTheBackgroundIsReported() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      for (int round = 0; round < 2; round++) {
        api.put("a", "", 1, 0, 0);
        api.post("/v1/checkpoints", "");
      }
      ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
      ApiFixture.json(api.search("{\"vector\":[1,0,0],\"k\":1,\"cursor\":true}"));
      JsonNode stats = ApiFixture.json(api.get("/v1/stats"));
      JsonNode checkpoints = stats.path("checkpoints");
      assertEquals(2, checkpoints.path("runs").asInt(), stats::toString);
      assertEquals(2, checkpoints.path("rows").asInt(), stats::toString);
      assertEquals(1, checkpoints.path("deadMarks").asInt(), stats::toString);
      assertEquals(0, checkpoints.path("failures").asInt(), stats::toString);
      assertTrue(checkpoints.path("lastSucceeded").isString(), stats::toString);
      assertEquals(2, stats.path("passes").path("searches").asInt(), stats::toString);
      assertTrue(stats.path("merges").has("bytesWritten"), stats::toString);
      assertEquals("{\"cursors\":1,\"exports\":0}", stats.path("views").toString());
      assertEquals(12, stats.path("total").path("deadBytes").asInt(), stats::toString);
    }
  }

  @Test
  void scrubbingIsReported() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      JsonNode scrub = ApiFixture.json(api.get("/v1/stats")).path("scrub");
      assertHasAll(ScrubReport.class, scrub);
      assertEquals(0, scrub.path("damaged").asInt());
      assertTrue(scrub.path("lastFinished").isNull());
    }
  }

  private static void assertHasAll(Class<? extends Record> figures, JsonNode json) {
    for (String figure : figures(figures)) {
      assertTrue(json.has(figure), figure);
    }
  }

  private static List<String> figures(Class<? extends Record> type) {
    return Arrays.stream(Objects.requireNonNull(type.getRecordComponents()))
        .map(RecordComponent::getName)
        .toList();
  }

  @Test
  void figuresAreThoseOfTheMoment() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      for (int rows = 1; rows < 4; rows++) {
        api.put("key" + rows, "", rows, 0, 1);
        JsonNode collection = ApiFixture.json(api.get("/v1/stats")).path("collections").path(0);
        assertEquals("docs", collection.path("name").asString());
        assertEquals(rows, collection.path("liveRows").asInt());
        JsonNode shard = collection.path("shards").path(0);
        assertEquals(rows, shard.path("hotRows").asInt());
        assertEquals(rows, shard.path("applied").path("nextOffset").asInt());
        assertTrue(shard.path("durable").isNull());
      }
    }
  }

  @Test
  void aTotalIsTheSumOfItsShards() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("docs", 0, "a", "", 1, 0, 0);
      api.put("docs", 1, "b", "", 1, 0, 0);
      api.post("/v1/checkpoints", "");
      api.put("docs", 2, "c", "", 1, 0, 0);
      JsonNode stats = ApiFixture.json(api.get("/v1/stats"));
      JsonNode collection = stats.path("collections").path(0);
      for (String figure : FIGURES) {
        long sum = 0;
        for (JsonNode shard : collection.path("shards")) {
          sum += shard.path(figure).asLong();
        }
        assertEquals(sum, collection.path(figure).asLong(), figure);
        assertEquals(sum, stats.path("total").path(figure).asLong(), figure);
      }
    }
  }

  @Test
  void aMissingFigureIsNullAndANoteSaysWhy() throws Exception {
    OptionalLong none = OptionalLong.empty();
    StoreStats stats =
        new StoreStats(
            1,
            0,
            0,
            none,
            List.of(),
            new ProcessStats(none, none, none, none, none),
            List.of("statx is not available here"));
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonMapper.shared().createGenerator(text)) {
      json.writeStartObject();
      ProcessJson.write(json, stats.process());
      StatsJson.store(
          json,
          stats,
          new RecoveryReport(0, 0, 0, 0, 0, Duration.ZERO),
          FeedsByShard.of(List.of()));
      json.writeEndObject();
    }
    JsonNode written = JsonMapper.shared().readTree(text.toString());
    assertTrue(written.path("allocatedBytes").isNull());
    assertTrue(written.path("process").path("maps").isNull());
    assertEquals("[\"statx is not available here\"]", written.path("notes").toString());
  }

  @Test
  void theProcessIsDescribed() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      JsonNode process = ApiFixture.json(api.get("/v1/stats")).path("process");
      assertTrue(process.path("heapUsedBytes").asLong() > 0);
      assertTrue(process.path("heapMaxBytes").asLong() > 0);
      assertTrue(process.path("uptimeMillis").asLong() > 0);
      assertFalse(Instant.parse(process.path("startedAt").asString()).isAfter(Instant.now()));
    }
  }

  @Test
  void aFeedStandsWithItsShardAndAFeedWithoutShardStandsAlone() throws Exception {
    FeedStatus feeds =
        feeds(
            new FeedStatus.Feed(
                "docs",
                0,
                "reading",
                false,
                Optional.empty(),
                new FeedStatus.Progress(
                    OptionalLong.of(1),
                    OptionalLong.of(10),
                    OptionalLong.of(9),
                    Optional.of(Duration.ofMillis(1_500)),
                    OptionalLong.of(2),
                    OptionalLong.of(4_096)),
                Map.of("malformed", 2L, "dimension", 1L)),
            new FeedStatus.Feed(
                "docs",
                5,
                "halted",
                true,
                Optional.of("the topic was made again"),
                FeedStatus.Progress.UNKNOWN,
                Map.of()));
    try (ApiFixture api = ApiFixture.start(directory, UnaryOperator.identity(), feeds)) {
      api.put("a", "", 1, 0, 0);
      api.put("docs", 1, "b", "", 1, 0, 0);
      JsonNode shards =
          ApiFixture.json(api.get("/v1/stats")).path("collections").path(0).path("shards");
      assertEquals(3, shards.size());
      assertEquals(
          "{\"state\":\"reading\",\"trouble\":false,\"detail\":null,\"beginningOffset\":1,"
              + "\"endOffset\":10,\"lag\":9,\"timeLagMillis\":1500,\"uncommittedOffsets\":2,"
              + "\"bytesPerSecond\":4096,\"rejected\":{\"dimension\":1,\"malformed\":2}}",
          shards.path(0).path("feed").toString());
      assertTrue(shards.path(1).path("feed").isNull());
      assertEquals(
          "{\"partition\":5,\"feed\":{\"state\":\"halted\",\"trouble\":true,"
              + "\"detail\":\"the topic was made again\",\"beginningOffset\":null,"
              + "\"endOffset\":null,\"lag\":null,\"timeLagMillis\":null,"
              + "\"uncommittedOffsets\":null,\"bytesPerSecond\":null,\"rejected\":{}}}",
          shards.path(2).toString());
    }
  }

  private static FeedStatus feeds(FeedStatus.Feed... feeds) {
    return new FeedStatus() {
      @Override
      public Readiness readiness() {
        return new Readiness.Ready();
      }

      @Override
      public List<Feed> feeds() {
        return List.of(feeds);
      }
    };
  }
}
