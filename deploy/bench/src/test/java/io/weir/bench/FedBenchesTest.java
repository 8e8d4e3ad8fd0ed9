package io.weir.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.peer.Peer;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The benches that need a broker, smaller than {@code --quick}: do they run. */
@Timeout(600)
class FedBenchesTest {
  private final StringWriter said = new StringWriter();

  @TempDir static Path shared;
  private static BrokerProcess broker;

  @TempDir Path directory;

  @BeforeAll
  static void start() throws Exception {
    broker = BrokerProcess.start(shared.resolve("broker"));
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  private <S> Figures run(FedBench<S> bench, S scale, List<Peer> peers) throws Exception {
    try (Progress progress = Progress.to(new PrintWriter(said), false)) {
      Figures figures =
          bench.run(new Bench.Setting(directory, true, peers, progress), broker, scale);
      assertFalse(figures.cases().isEmpty());
      assertFalse(figures.charts().isEmpty());
      return figures;
    }
  }

  private static void assertFigures(Figures figures, String names) {
    for (String name : names.split(" ", -1)) {
      assertTrue(
          Objects.requireNonNull(figures.byName().get(name), name) > 0,
          () -> name + ": " + figures.byName());
    }
  }

  @Test
  void ingestRunsBesideItsPeers() throws Exception {
    assertFigures(
        run(new IngestBench(), new IngestBench.Scale(500, 50, 1, 0), Peer.all()),
        "searchable_over_raw durable_over_raw over_rocksdb over_streams over_lucene"
            + " json_over_tree");
  }

  @Test
  void freshnessFindsEveryRecordItSends() throws Exception {
    Figures figures = run(new FreshnessBench(), new FreshnessBench.Scale(20, 5), List.of());
    assertFigures(figures, "p50_ms p99_ms search_ms");
    assertTrue(Objects.requireNonNull(figures.byName().get("samples"), "samples") == 20);
  }

  @Test
  void steadyWatchesPausesAndMemory() throws Exception {
    assertFigures(
        run(
            new SteadyBench(),
            new SteadyBench.Scale(1_000, Duration.ofSeconds(2), Duration.ofSeconds(2)),
            List.of()),
        "rss_growth_ratio heap_peak_bytes records_per_s");
  }

  @Test
  void watchTellsOfRecords() throws Exception {
    assertFigures(
        run(
            new WatchBench(),
            new WatchBench.Scale(50, Duration.ofSeconds(2), Duration.ofSeconds(2)),
            List.of()),
        "p50_ms p99_ms events_per_s records_per_s");
  }

  @Test
  void mixedSearchesWhileItIsFed() throws Exception {
    assertFigures(
        run(
            new MixedBench(),
            new MixedBench.Scale(500, Duration.ofSeconds(2), Duration.ofMillis(500), 2, 1),
            List.of()),
        "p99_ratio qps_ratio idle_searches_per_s fed_searches_per_s records_per_s");
  }

  @Test
  void overloadRefusesWhatIsTooMuchAndStaysWell() throws Exception {
    Figures figures =
        run(
            new OverloadBench(),
            new OverloadBench.Scale(500, Duration.ofMillis(500), 2, 1),
            List.of());
    assertFigures(
        figures,
        "accepted_p99_ratio health_ms_max capacity_per_s accepted_per_s offered_per_s"
            + " capacity_p99_ms accepted_p99_ms");
    assertTrue(figures.byName().containsKey("rejected_share"));
  }
}
