package io.weir.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(600)
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  private int run(String... arguments) {
    return Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
  }

  private JsonNode quickly(String bench, String... more) throws IOException {
    Path work = directory.resolve("work");
    Path plot = directory.resolve("plot.png");
    String[] usual = {
      bench, "--json", "--quick", "--dir", work.toString(), "--plot", plot.toString()
    };
    String[] all = Stream.concat(Arrays.stream(usual), Arrays.stream(more)).toArray(String[]::new);
    assertEquals(0, run(all), err::toString);
    assertTrue(ImageIO.read(plot.toFile()).getWidth() > 0);
    assertTrue(err.toString().contains("plot: " + plot), err::toString);
    try (Stream<Path> left = Files.list(work)) {
      assertEquals(0, left.count(), "files are left behind");
    }
    JsonNode printed = JsonMapper.shared().readTree(out.toString());
    assertEquals(bench, printed.get("bench").asString());
    assertTrue(printed.get("cases").size() > 0, out::toString);
    return printed;
  }

  private void assertFigures(JsonNode printed, String names) {
    for (String name : names.split(" ", -1)) {
      assertTrue(printed.get("figures").get(name).asDouble() > 0, () -> name + ": " + out);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "append, bytes_per_s over_copy",
    "checkpoint, bytes_per_s over_plain_write",
    "scan, bytes_per_s_one over_bandwidth_one bytes_per_s_all over_bandwidth_all",
    "scan, searches_per_s_32 shared_pass_32",
    "recover, open_ms_1e5 open_ms_1e6",
    "disk, allocated_ratio_1e2 allocated_ratio_1e4 allocated_ratio_1e5 allocated_bytes_1",
    "disk, ratio_1000x10 ratio_overwritten",
    "memory, hot_bytes_per_vector hot_reported_over_os resident_reported_over_os",
    "http, overhead_ms_p50 http_ms_p50 direct_ms_p50 get_per_s get_ms_p99"
  })
  void everyBenchRunsAndSaysItsFigures(String bench, String figures) throws IOException {
    assertFigures(quickly(bench), figures);
  }

  @ParameterizedTest
  @CsvSource({
    "append, rocksdb_bytes_per_s lucene_bytes_per_s",
    "checkpoint, rocksdb_bytes_per_s lucene_bytes_per_s",
    "recover, rocksdb_open_ms_1e5 lucene_open_ms_1e6",
    "disk, rocksdb_ratio_1e5 rocksdb_blob_ratio_1e5 lucene_ratio_1e5",
    "scan, over_lucene"
  })
  void peersAreMeasuredBesideItOnRequest(String bench, String figures) throws IOException {
    JsonNode printed = quickly(bench, "--peers");
    assertFigures(printed, figures);
    assertTrue(printed.get("conditions").get("peers").asString().contains("RocksDB"));
  }

  @Test
  void conditionsSayWhatTheFiguresHoldUnder() throws IOException {
    JsonNode conditions = quickly("append").get("conditions");
    for (String name :
        "date java cores max_heap_bytes load_average_before sharing stolen_cpu_share"
            .split(" ", -1)) {
      assertTrue(conditions.hasNonNull(name), conditions::toString);
    }
  }

  @Test
  void withoutJsonThereIsATableWithTheGoals() {
    assertEquals(
        0,
        run("append", "--quick", "--dir", directory + "/work", "--plot", directory + "/plot.png"));
    assertTrue(out.toString().contains(">= 1.5e9"), out::toString);
  }

  @Test
  void aPlotThatCannotBeWrittenCostsNoFigures() {
    String nowhere = directory.resolve("no/such/folder.png").toString();
    assertEquals(0, run("append", "--json", "--quick", "--dir", directory + "", "--plot", nowhere));
    assertTrue(err.toString().contains("no plot: " + nowhere), err::toString);
    assertTrue(out.toString().contains("bytes_per_s"), out::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"speed", "Disk"})
  void anUnknownBenchIsRefusedWithTheOnesThereAre(String name) {
    assertEquals(2, run(name));
    assertTrue(
        err.toString()
            .contains(
                "append, checkpoint, scan, recover, disk, memory, ingest, freshness, steady"));
  }
}
