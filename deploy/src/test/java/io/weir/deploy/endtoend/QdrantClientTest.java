package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.ForeignPrograms;
import io.weir.deploy.testing.ForeignPrograms.Ended;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.RecordFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
 * The client of Qdrant for JavaScript, as it is published, reads a Weir that a topic feeds. What it
 * reads, and holds against what was sent, is in {@code client.mjs}.
 *
 * <p>Needs Node, npm and what npm installs from. Where they are not there the test is skipped, but
 * not where the variable {@code CI} is {@code true}.
 */
@Tag("heavy")
@Timeout(600)
class QdrantClientTest {
  private static final int ROWS = 25;
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", ".npmrc", "client.mjs");

  @TempDir Path directory;
  private ForeignPrograms programs;

  @BeforeEach
  void begin() {
    programs = new ForeignPrograms(directory, Duration.ofMinutes(2));
  }

  @Test
  void thePublishedClientReadsWhatWasProduced() throws Exception {
    install();
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create("docs-embeddings", 3);
      produce(broker.bootstrapServers());
      try (WeirProcess weir = serve(broker.bootstrapServers())) {
        int port = weir.awaitReady().port();
        Ended client = programs.run(List.of("node", "client.mjs", "http://127.0.0.1:" + port));
        assertEquals("all as it should be\n", client.output(), client::errors);
        assertEquals(0, client.exitCode(), client::errors);
      }
    }
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
