package io.weir.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path directory;

  private int run(String... arguments) {
    return Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
  }

  @ParameterizedTest
  @CsvSource({
    "append, bytes_per_s",
    "checkpoint, over_plain_write",
    "scan, over_bandwidth_one",
    "recover, open_ms_1e6"
  })
  void everyBenchRunsAndSaysItsFigures(String bench, String figure) {
    assertEquals(0, run(bench, "--json", "--quick", "--dir", directory.toString()), err::toString);
    JsonNode printed = JsonMapper.shared().readTree(out.toString());
    assertEquals(bench, printed.get("bench").asString());
    assertTrue(printed.get("figures").get(figure).asDouble() > 0, out::toString);
    assertTrue(printed.get("cases").size() > 0, out::toString);
  }

  @Test
  void anUnknownBenchIsRefusedWithTheOnesThereAre() {
    assertEquals(2, run("speed"));
    assertTrue(err.toString().contains("append, checkpoint, scan, recover"), err::toString);
  }
}
