package io.weir.api.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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
        "weir_search_running ",
        "weir_scrub_damaged 0.0",
        "weir_scrub_passes 0.0",
        "weir_scrub_read_bytes 0.0",
        "weir_scrub_finished_seconds NaN",
        "weir_checkpoint_last_success_timestamp_seconds NaN",
        "weir_checkpoint_next_timestamp_seconds NaN",
        "weir_search_queued ",
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
    try {
      return scrape();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
