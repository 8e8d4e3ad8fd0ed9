package io.weir.deploy.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.config.LogConfig;
import io.weir.deploy.config.LogConfig.Target;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RequestLogOutputTest {

  /** In each line of this class. Whatever else the process writes meanwhile is none of its. */
  private static final String PROBE = "RequestLogOutputTest";

  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @BeforeEach
  void redirect() {
    System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(out);
    System.setErr(err);
  }

  private static void log(LogConfig config) {
    try (RequestLogOutput _ = RequestLogOutput.open(config)) {
      LoggerFactory.getLogger("weir.access")
          .atInfo()
          .addKeyValue("probe", PROBE)
          .addKeyValue("path", "/a\"\n\u001b{\"status\":\"200\"}")
          .addKeyValue("bytes", 7L)
          .addKeyValue("durationMillis", 1.25)
          .log("request");
      LoggerFactory.getLogger("weir.slow-query")
          .atInfo()
          .addKeyValue("probe", PROBE)
          .addKeyValue("filter", true)
          .log("slow");
    }
  }

  private static List<String> lines(ByteArrayOutputStream stream) {
    return stream
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("\"probe\":\"" + PROBE + '"'))
        .toList();
  }

  private static JsonNode line(List<String> lines, String log) {
    return lines.stream()
        .map(line -> JsonMapper.shared().readTree(line))
        .filter(json -> json.path("log").asString().equals(log))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLineIsOneFlatObject() {
    log(new LogConfig(Target.STDOUT, Target.STDOUT, Duration.ofMillis(1)));

    List<String> lines = lines(written);
    assertEquals(2, lines.size(), lines::toString);
    // Two threads write: in any order.
    JsonNode access = line(lines, "access");
    assertEquals(
        List.of("time", "log", "probe", "path", "bytes", "durationMillis"),
        List.copyOf(access.propertyNames()));
    assertTrue(Instant.parse(access.path("time").asString()).isBefore(Instant.now()));
    assertEquals("/a\"\n\u001b{\"status\":\"200\"}", access.path("path").asString());
    assertEquals(7, access.path("bytes").asLong());
    assertEquals(1.25, access.path("durationMillis").asDouble());
    assertTrue(line(lines, "slow-query").path("filter").isBoolean());
    assertEquals(List.of(), lines(told));
  }

  @Test
  void eachGoesWhereTheSettingsSay() {
    log(LogConfig.defaults());

    assertEquals(List.of(), lines(written));
    assertEquals(1, lines(told).size());
    assertTrue(lines(told).getFirst().contains("\"log\":\"slow-query\""));
    assertEquals(Duration.ofMillis(500), LogConfig.defaults().slowQuery());
    assertEquals(
        Duration.ZERO, new LogConfig(Target.NONE, Target.NONE, Duration.ofMillis(500)).slowQuery());
  }
}
