package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.ForeignPrograms;
import io.weir.deploy.testing.ForeignPrograms.Ended;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.RecordFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Clients that are not ours read a Weir that a topic feeds: curl, wrk, and the client of Qdrant for
 * JavaScript, as it is published. What that one reads, and holds against what was sent, is in
 * {@code client.mjs}.
 *
 * <p>Needs curl, wrk, Node, npm and what npm installs from. Where one is not there its test is
 * skipped, but not where the variable {@code CI} is {@code true}.
 */
@Tag("heavy")
@Timeout(600)
class ForeignClientsTest {
  private static final int ROWS = 25;
  private static final int PARTITIONS = 3;
  private static final int CURL_TIME_IS_OVER = 28;
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", ".npmrc", "client.mjs");

  @TempDir Path directory;
  private ForeignPrograms programs;

  @BeforeEach
  void begin() {
    programs = new ForeignPrograms(directory, Duration.ofMinutes(2));
  }

  /** What a client does with a Weir at a URL. */
  private interface Use {
    void of(String url) throws Exception;
  }

  private void served(Use use) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create("docs-embeddings", PARTITIONS);
      produce(broker.bootstrapServers());
      try (WeirProcess weir = serve(broker.bootstrapServers())) {
        use.of("http://127.0.0.1:" + weir.awaitReady().port());
      }
    }
  }

  @Test
  void theClientOfQdrantReadsWhatWasProduced() throws Exception {
    install();
    served(url -> {
      Ended client = programs.run(List.of("node", "client.mjs", url));
      assertEquals("all as it should be\n", client.output(), client::errors);
      assertEquals(0, client.exitCode(), client::errors);
    });
  }

  @Test
  void curlReadsWhatWasProduced() throws Exception {
    ForeignPrograms.need(programs.works("curl", "--version"), "curl is not installed");
    served(url -> {
      String docs = url + "/v1/collections/docs";
      assertTrue(curl(docs + "/vectors/row-3").contains("\"vector\":[1.0,3.0,0.0]"));
      // The second on the connection of the first.
      String both =
          curl("-w", "%{num_connects}\n", docs + "/vectors/row-3", docs + "/vectors/row-4");
      assertEquals(List.of("1", "0"), connects(both), both);

      String nearest = "{\"vector\":[1,0,0],\"k\":2}";
      String json = curl("--compressed", "--json", nearest, docs + "/search");
      assertTrue(json.contains("\"hits\":[{\"key\":\"row-0\",\"score\":1.0,"), json);
      Files.write(directory.resolve("query.f32"), float32(1, 0, 0));
      String floats =
          curl(
              "--data-binary",
              "@query.f32",
              "-H",
              "content-type: application/octet-stream",
              docs + "/search?k=2");
      assertEquals(hits(json), hits(floats));

      String lines = curl("--compressed", docs + "/export?withVector=false");
      assertEquals(ROWS, lines.lines().filter(line -> line.startsWith("{\"key\":\"row-")).count());

      // Larger than may be sent: curl waits for leave to go on, and is told before it has sent all.
      Files.write(directory.resolve("large.json"), new byte[2 << 20]);
      Ended large =
          programs.run(
              List.of(
                  "curl", "-sS", "-w", "%{http_code}", "--json", "@large.json", docs + "/search"));
      assertTrue(large.output().endsWith("413"), large::output);
    });
  }

  @Test
  void curlIsToldWhatAWatchTells() throws Exception {
    ForeignPrograms.need(programs.works("curl", "--version"), "curl is not installed");
    served(url -> {
      Ended watch =
          programs.run(
              List.of(
                  "curl",
                  "-sSN",
                  "--max-time",
                  "10",
                  "--json",
                  "{\"filter\":{\"must\":[{\"field\":\"lang\",\"match\":\"de\"}]},\"since\":{\"0\":0,\"1\":0,\"2\":0}}",
                  "-H",
                  "accept: text/event-stream",
                  url + "/v1/collections/docs/watch"));
      assertEquals(CURL_TIME_IS_OVER, watch.exitCode(), () -> watch.output() + watch.errors());
      List<String> events =
          watch.output().lines().filter(line -> line.startsWith("event: ")).toList();
      assertEquals("event: begin", events.getFirst(), watch::output);
      assertEquals(ROWS / 2, Collections.frequency(events, "event: match"), watch::output);
    });
  }

  @Test
  void wrkFindsNothingButAnswers() throws Exception {
    // It says its version, and ends with 1.
    ForeignPrograms.need(programs.works("sh", "-c", "command -v wrk"), "wrk is not installed");
    served(url -> {
      Ended load =
          programs.run(
              List.of("wrk", "-t1", "-c64", "-d5s", url + "/v1/collections/docs/vectors/row-3"));
      assertEquals(0, load.exitCode(), load::errors);
      assertTrue(load.output().contains(" requests in "), load::output);
      assertFalse(load.output().contains("Socket errors"), load::output);
      assertFalse(load.output().contains("Non-2xx"), load::output);
    });
  }

  /** Runs curl, which must end well; returns what it was told. */
  private String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body"));
    command.addAll(List.of(arguments));
    Ended ended = programs.run(command);
    assertEquals(0, ended.exitCode(), () -> command + ": " + ended.output() + ended.errors());
    return ended.output();
  }

  /** How many connections each request took, of answers with that number behind them. */
  private static List<String> connects(String output) {
    return output.lines().map(line -> line.substring(line.lastIndexOf('}') + 1)).toList();
  }

  private static String hits(String answer) {
    return answer.substring(
        answer.indexOf("\"hits\""), answer.indexOf(']', answer.indexOf("row-")));
  }

  private static byte[] float32(float... components) {
    ByteBuffer bytes =
        ByteBuffer.allocate(components.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float component : components) {
      bytes.putFloat(component);
    }
    return bytes.array();
  }

  private void install() throws Exception {
    ForeignPrograms.need(
        programs.works("node", "--version") && programs.works("npm", "--version"),
        "Node with npm is not installed");
    for (String name : FILES) {
      try (InputStream file =
          Objects.requireNonNull(
              getClass().getResourceAsStream("/io/weir/deploy/qdrant/" + name), name)) {
        Files.copy(file, directory.resolve(name));
      }
    }
    Ended installed =
        programs.run(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
    ForeignPrograms.need(
        installed.exitCode() == 0,
        "npm cannot install the client of Qdrant: " + installed.output() + installed.errors());
  }

  private static void produce(String bootstrapServers) throws Exception {
    try (Sender sender = new Sender(bootstrapServers, "docs-embeddings", RecordFormat.JSON, 3, 1)) {
      for (int i = 0; i < ROWS; i++) {
        String value =
            String.format(
                Locale.ROOT,
                "{\"vector\":[1,%d,0],\"payload\":{\"n\":%d,\"lang\":\"%s\"}}",
                i,
                i,
                i % 2 == 0 ? "en" : "de");
        sender.sendRaw(
            ("row-" + i).getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
      }
      sender.flush();
    }
  }

  private WeirProcess serve(String bootstrapServers) throws IOException {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            collections:
              - name: docs
                topic: docs-embeddings
                dimension: 3
                fields: { n: long, lang: keyword }
            """,
            bootstrapServers,
            directory.resolve("data"));
    return WeirProcess.serve(Files.writeString(directory.resolve("weir.yaml"), settings), Map.of());
  }
}
