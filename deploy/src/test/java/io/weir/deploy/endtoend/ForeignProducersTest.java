package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.ForeignPrograms;
import io.weir.deploy.testing.ForeignPrograms.Ended;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Producers that are not ours: kcat and two clients of Python, from Debian's packages. What Weir
 * answers is what they sent, bit for bit.
 *
 * <p>Where they are not installed the tests are skipped, but not where the variable {@code CI} is
 * {@code true}; there one of the two libraries of Python is enough.
 */
@Tag("heavy")
@Timeout(600)
class ForeignProducersTest {
  private static final List<String> LIBRARIES = List.of("kafka", "confluent_kafka");
  private static final int DIMENSION = 96;
  private static final int PARTITIONS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(100);

  /** Debian's packages are seen by its own Python, which need not be the first on the path. */
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  @TempDir Path directory;

  private EmbeddedBroker broker;
  private Topics topics;
  private ForeignPrograms programs;

  @BeforeEach
  void start() throws Exception {
    programs = new ForeignPrograms(directory, LIMIT);
    broker = EmbeddedBroker.start(directory.resolve("broker"));
    topics = new Topics(broker.bootstrapServers());
    topics.create("raw", PARTITIONS);
    topics.create("asjson", PARTITIONS);
  }

  @AfterEach
  void stop() throws Exception {
    topics.close();
    broker.close();
  }

  private WeirProcess serve() throws IOException {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            collections:
              - { name: raw, dimension: 96, format: float32 }
              - { name: asjson, dimension: 96, format: json }
            """,
            broker.bootstrapServers(),
            directory.resolve("data"));
    return WeirProcess.serve(Files.writeString(directory.resolve("weir.yaml"), settings), Map.of());
  }

  @Test
  void kcatSendsJsonAndTombstones() throws Exception {
    ForeignPrograms.need(programs.works("kcat", "-V"), "kcat is not installed");
    Random random = new Random(11);
    Map<String, float[]> expected = new TreeMap<>();
    List<String> deleted = new ArrayList<>();
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < 400; row++) {
      String key = "kcat/" + random.nextInt(300) + " ü";
      if (random.nextInt(6) == 0) {
        lines.append(key).append("\t\n");
        expected.remove(key);
        deleted.add(key);
      } else {
        float[] vector = new float[DIMENSION];
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < DIMENSION; i++) {
          double component = random.nextGaussian();
          vector[i] = Float.parseFloat(Double.toString(component));
          text.append(i == 0 ? "" : ", ").append(component);
        }
        lines.append(key).append("\t{\"vector\": [").append(text).append("]}\n");
        expected.put(key, vector);
      }
    }
    Path input = Files.writeString(directory.resolve("rows.txt"), lines.toString());
    // Each line is a key, a tabulator and a value; an empty value is a tombstone.
    Ended kcat =
        programs.run(
            input,
            List.of(
                "kcat", "-P", "-b", broker.bootstrapServers(), "-t", "asjson", "-K", "\t", "-Z"));
    assertEquals(0, kcat.exitCode(), kcat::errors);

    try (WeirProcess weir = serve()) {
      Served served = new Served(weir.awaitReady());
      AuditReport report = audit(served, "asjson", RecordFormat.JSON);
      assertEquals(400, report.records(), report::toString);
      assertEquals(expected.size(), report.expectedRows(), report::toString);
      for (Map.Entry<String, float[]> row : expected.entrySet()) {
        assertRow(served, "asjson", row.getKey(), row.getValue());
      }
      for (String key : deleted) {
        if (!expected.containsKey(key)) {
          assertEquals(404, ask(served, "asjson", key).statusCode(), key);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "confluent_kafka"})
  void pythonSendsFloat32AndJson(String library) throws Exception {
    ForeignPrograms.need(
        python(LIBRARIES).isPresent(),
        "Python with numpy and one of " + LIBRARIES + " is not installed");
    var python = python(List.of(library));
    assumeTrue(python.isPresent(), "Python has no " + library);
    Path script = directory.resolve("produce.py");
    try (InputStream text =
        Objects.requireNonNull(getClass().getResourceAsStream("produce.py"), "produce.py")) {
      Files.copy(text, script);
    }
    Ended sent =
        programs.run(
            List.of(
                python.get(),
                script.toString(),
                library,
                broker.bootstrapServers(),
                "raw",
                "asjson"));
    assertEquals(0, sent.exitCode(), sent::errors);

    try (WeirProcess weir = serve()) {
      Served served = new Served(weir.awaitReady());
      audit(served, "raw", RecordFormat.FLOAT32);
      audit(served, "asjson", RecordFormat.JSON);
      List<String> lines = sent.output().lines().toList();
      assertEquals(2 * 250, lines.size());
      for (String line : lines) {
        assertRow(served, JsonMapper.shared().readTree(line));
      }
    }
  }

  /** A Python that has numpy and one of these libraries. */
  private Optional<String> python(List<String> libraries) throws Exception {
    for (String python : PYTHONS) {
      for (String library : libraries) {
        if (programs.works(python, "-c", "import numpy, " + library)) {
          return Optional.of(python);
        }
      }
    }
    return Optional.empty();
  }

  private AuditReport audit(Served served, String collection, RecordFormat format)
      throws Exception {
    AuditReport report =
        served.audit(CollectionFeed.of(collection, collection, format), broker.bootstrapServers());
    assertTrue(report.equal() && report.countProven(), report::toString);
    assertEquals(0, report.rejected(), report::toString);
    return report;
  }

  private static void assertRow(Served served, JsonNode sent) throws Exception {
    String topic = sent.get("topic").asString();
    String key = sent.get("key").asString();
    if (sent.get("vector").isNull()) {
      assertEquals(404, ask(served, topic, key).statusCode(), key);
      return;
    }
    ByteBuffer bytes =
        ByteBuffer.wrap(HexFormat.of().parseHex(sent.get("vector").asString()))
            .order(ByteOrder.LITTLE_ENDIAN);
    float[] vector = new float[DIMENSION];
    bytes.asFloatBuffer().get(vector);
    assertEquals(sent.get("payload"), assertRow(served, topic, key, vector).get("payload"), key);
  }

  private static JsonNode assertRow(Served served, String collection, String key, float[] expected)
      throws Exception {
    HttpResponse<String> answer = ask(served, collection, key);
    assertEquals(200, answer.statusCode(), () -> key + ": " + answer.body());
    JsonNode row = JsonMapper.shared().readTree(answer.body());
    float[] found = new float[row.get("vector").size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = Float.parseFloat(row.get("vector").get(i).asString());
    }
    Oracle.assertBits(expected, found, key);
    return row;
  }

  private static HttpResponse<String> ask(Served served, String collection, String key)
      throws Exception {
    String name = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    return served.http().get("/v1/collections/" + collection + "/vectors/" + name);
  }
}
