package io.weir.api.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.storage.CheckpointTimes;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class MetricsRouteTest {

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weir_hot_limit_bytes ",
        "weir_hot_allocated_bytes ",
        "weir_hot_spare_bytes ",
        "weir_rows_live{collection=\"docs\"} ",
        "weir_process_rss_anon_bytes ",
        "weir_process_rss_file_bytes ",
        "weir_process_open_files ",
        "weir_process_maps ",
        "weir_process_maps_limit ",
        "weir_rows_unresolved{collection=\"docs\"} ",
        "weir_rows_cold{collection=\"docs\"} ",
        "weir_rows_hot{collection=\"docs\"} ",
        "weir_rows_dead{collection=\"docs\"} ",
        "weir_collection_hot_allocated_bytes{collection=\"docs\"} ",
        "weir_collection_hot_used_bytes{collection=\"docs\"} ",
        "weir_disk_bytes{collection=\"docs\"} ",
        "weir_disk_allocated_bytes{collection=\"docs\"} ",
        "weir_payload_bytes{collection=\"docs\"} ",
        "weir_index_bytes{collection=\"docs\"} ",
        "weir_mapped_bytes{collection=\"docs\"} ",
        "weir_mapped_resident_bytes{collection=\"docs\"} ",
        "weir_maps{collection=\"docs\"} ",
        "weir_open_files{collection=\"docs\"} ",
        "weir_work_running{pool=\"searches\"} ",
        "weir_scrub_damaged 0.0",
        "weir_scrub_passes 0.0",
        "weir_scrub_read_bytes 0.0",
        "weir_scrub_finished_seconds NaN",
        "weir_checkpoint_last_success_timestamp_seconds NaN",
        "weir_checkpoint_next_timestamp_seconds NaN",
        "weir_work_queued{pool=\"reads\"} ",
        "weir_work_refused_total{pool=\"exports\"} 0.0",
        "weir_views_held{kind=\"cursors\"} 0",
        "weir_views_limit{kind=\"exports\"} 8",
        "weir_http_in_flight 1",
        "weir_http_connections 1",
        "weir_http_connections_limit 2000",
        "weir_http_connections_refused_total{limit=\"address\"} 0.0",
        "weir_checkpoint_seconds_count{trigger=\"size\"} 0",
        "weir_checkpoint_seconds_bucket{trigger=\"schedule\",le=\"0.01\"} 0",
        "weir_checkpoint_seconds_bucket{trigger=\"schedule\",le=\"60.0\"} 0",
        "weir_merge_seconds_bucket{le=\"0.05\"} 0",
        "weir_merge_seconds_bucket{le=\"300.0\"} 0",
        "weir_checkpoint_failures_total{trigger=\"schedule\"} 0",
        "weir_merge_running 0",
        "weir_merge_written_bytes_total 0",
        "weir_dead_bytes{collection=\"docs\"} ",
        "weir_segments{collection=\"docs\"} ",
        "jvm_memory_used_bytes{",
        "jvm_threads_live_threads ",
        "process_uptime_seconds "
      })
  void aScrapeHas(String start) throws Exception {
    String text = scrape();
    assertTrue(text.lines().anyMatch(line -> line.startsWith(start)), text);
  }

  @Test
  void timesOfCheckpointsAreSecondsSinceTheEpoch() throws Exception {
    api.store.checkpointTimes =
        Optional.of(
            new CheckpointTimes(
                Optional.empty(),
                Optional.of(Instant.ofEpochMilli(1_500)),
                Optional.of(Instant.ofEpochMilli(2_250))));
    String text = scrape();
    assertTrue(text.contains("\nweir_checkpoint_last_success_timestamp_seconds 1.5\n"), text);
    assertTrue(text.contains("\nweir_checkpoint_next_timestamp_seconds 2.25\n"), text);
  }

  @Test
  void requestsAreTimedByRouteMethodAndStatus() throws Exception {
    api.get("/v1/collections/docs/vectors/secret");
    api.get("/nowhere/secret");
    String text = scrape();
    assertTrue(
        text.contains(
            "weir_http_requests_seconds_count{method=\"GET\","
                + "route=\"/v1/collections/{collection}/vectors/{key}\",status=\"404\"} 1"),
        text);
    assertTrue(
        text.contains(
            "weir_http_requests_seconds_count{method=\"GET\",route=\"none\",status=\"404\"} 1"),
        text);
    assertFalse(text.contains("secret"), text);
  }

  @Test
  void searchesAreTimedByCollection() throws Exception {
    api.put("a", "", 1, 0, 0);
    ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
    assertTrue(scrape().contains("weir_search_seconds_count{collection=\"docs\"} 1"));
  }

  @Test
  void checkpointsAndMergesAreTimed() throws Exception {
    for (int i = 0; i < 3; i++) {
      api.put("a", "", 1, 0, i);
      assertTrue(api.store.checkpoint().get().succeeded());
    }
    assertTrue(api.store.compact().get().succeeded());
    long merges = api.store.totals().merges().merges();
    assertTrue(merges > 0, "nothing was merged");
    String text = scrape();
    for (String line :
        List.of(
            "weir_checkpoint_seconds_bucket{trigger=\"request\",le=\"+Inf\"} 3",
            "weir_checkpoint_seconds_count{trigger=\"request\"} 3",
            "weir_merge_seconds_bucket{le=\"+Inf\"} " + merges,
            "weir_merge_seconds_count " + merges)) {
      assertTrue(text.contains(line + "\n"), () -> line + " is not in " + text);
    }
  }

  @Test
  void workThatEndsIsNotCountedAsGivenUp() throws Exception {
    api.put("a", "", 1, 0, 0);
    ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
    ApiFixture.problem(api.get("/v1/collections/docs/vectors/none"), 404, "unknown-key");
    String text = scrape();
    assertTrue(text.contains("weir_work_cancelled_total{pool=\"searches\"} 0.0"), text);
    assertTrue(text.contains("weir_work_cancelled_total{pool=\"reads\"} 0.0"), text);
    assertTrue(text.contains("weir_work_late_total{pool=\"searches\"} 0.0"), text);
    assertTrue(text.contains("weir_work_wait_seconds_count{pool=\"searches\"} 1"), text);
  }

  @Test
  void whatIsReadIsCounted() throws Exception {
    api.put("a", "", 1, 0, 0);
    api.put("b", "", 0, 1, 0);
    ApiFixture.json(api.search("{\"vector\":[1,0,0]}"));
    ApiFixture.json(api.get("/v1/collections/docs/vectors/a"));
    api.post("/v1/collections/docs/vectors/get", "{\"keys\":[\"a\",\"b\",\"c\"]}");
    int bytes = api.get("/v1/collections/docs/export").body().length();
    String text = scrape();
    for (String line :
        List.of(
            "weir_search_rows_total{collection=\"docs\"} 2.0",
            "weir_search_passes_total 1.0",
            "weir_search_pass_searches_total 1.0",
            "weir_get_keys_total{collection=\"docs\",outcome=\"found\"} 3.0",
            "weir_get_keys_total{collection=\"docs\",outcome=\"missing\"} 1.0",
            "weir_export_rows_total{collection=\"docs\"} 2.0",
            "weir_export_bytes_total{collection=\"docs\"} " + (double) bytes)) {
      assertTrue(text.contains(line + "\n"), () -> line + " is not in " + text);
    }
  }

  @Test
  void eachShardHasItsPositionsAndStates() throws Exception {
    FeedStatus feeds =
        new FeedStatus() {
          @Override
          public Readiness readiness() {
            return new Readiness.Ready();
          }

          @Override
          public List<Feed> feeds() {
            return List.of(
                new Feed(
                    "docs",
                    1,
                    "stopped",
                    true,
                    Optional.empty(),
                    FeedStatus.Progress.UNKNOWN,
                    Map.of()));
          }
        };
    try (ApiFixture fed =
        ApiFixture.start(directory.resolve("fed"), UnaryOperator.identity(), feeds)) {
      fed.put("docs", 1, "a", "", 1, 0, 0);
      fed.post("/v1/checkpoints", "");
      fed.put("docs", 1, "b", "", 1, 0, 0);
      String shard = "{collection=\"docs\",partition=\"1\"";
      List<String> lines =
          List.of(
              "weir_shard_applied_offset" + shard + "} 2.0",
              "weir_shard_durable_offset" + shard + "} 1.0",
              "weir_shard_condition{collection=\"docs\",condition=\"ok\",partition=\"1\"} 1.0",
              "weir_shard_failing" + shard + ",work=\"checkpoint\"} 0.0",
              "weir_shard_failing" + shard + ",work=\"merge\"} 0.0",
              "weir_shard_state" + shard + ",state=\"stopped\"} 1.0",
              "weir_checkpoint_rows_total{trigger=\"request\"} 1.0");
      // A sample is good for a second.
      Eventually.holds(
          "they are there", () -> scrapeUnchecked(fed).lines().toList().containsAll(lines));
    }
  }

  @Test
  void aCollectionThatIsDeclaredLaterIsShownWithinASecond() throws Exception {
    api.store.declare("later", new VectorSchema(2, Metric.DOT));
    Eventually.holds(
        "its gauge is there",
        () -> scrapeUnchecked().contains("weir_rows_live{collection=\"later\"}"));
  }

  @Test
  void aScrapeDoesNotTakeASampleForEachGauge() throws Exception {
    AtomicInteger samples = new AtomicInteger();
    api.store.beforeStats = samples::incrementAndGet;
    long gauges = scrape().lines().filter(line -> line.contains("{collection=\"docs\"}")).count();
    // One, and another for each second that the scrape takes on a busy machine.
    assertTrue(gauges > 10, () -> gauges + " gauges");
    assertTrue(samples.get() < 10, () -> samples.get() + " samples");
  }

  private String scrape() throws IOException, InterruptedException {
    HttpResponse<String> response = api.get("/metrics");
    assertEquals(200, response.statusCode());
    assertEquals(
        "text/plain; version=0.0.4; charset=utf-8",
        response.headers().firstValue("Content-Type").orElse(""));
    return response.body();
  }

  private String scrapeUnchecked() {
    return scrapeUnchecked(api);
  }

  private static String scrapeUnchecked(ApiFixture api) {
    try {
      return api.get("/metrics").body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
