package io.weir.api.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.ShardStats;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
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
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class StatsRouteTest {

  @TempDir private Path directory;

  @Test
  void everyFigureOfTheStoreIsThere() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      api.put("a", "", 1, 0, 0);
      JsonNode stats = ApiFixture.json(api.get("/v1/stats"));
      assertHasAll(StoreStats.class, stats);
      assertHasAll(ShardStats.class, stats.path("collections").path(0).path("shards").path(0));
      JsonNode recovery = stats.path("recovery");
      for (String figure : figures(RecoveryReport.class)) {
        String name = figure.equals("took") ? "tookMillis" : figure;
        assertTrue(recovery.has(name), name);
      }
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
                Optional.empty(),
                OptionalLong.of(10),
                OptionalLong.of(9),
                Map.of("malformed", 2L, "dimension", 1L)),
            new FeedStatus.Feed(
                "docs",
                5,
                "halted",
                Optional.of("the topic was made again"),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Map.of()));
    try (ApiFixture api = ApiFixture.start(directory, UnaryOperator.identity(), feeds)) {
      api.put("a", "", 1, 0, 0);
      api.put("docs", 1, "b", "", 1, 0, 0);
      JsonNode shards =
          ApiFixture.json(api.get("/v1/stats")).path("collections").path(0).path("shards");
      assertEquals(3, shards.size());
      assertEquals(
          "{\"state\":\"reading\",\"detail\":null,\"endOffset\":10,\"lag\":9,"
              + "\"rejected\":{\"dimension\":1,\"malformed\":2}}",
          shards.path(0).path("feed").toString());
      assertTrue(shards.path(1).path("feed").isNull());
      assertEquals(
          "{\"partition\":5,\"feed\":{\"state\":\"halted\",\"detail\":\"the topic was made again\","
              + "\"endOffset\":null,\"lag\":null,\"rejected\":{}}}",
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
