package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.testing.Http;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The list of metrics in the manual is what a running Weir shows: names, kinds and labels. */
@Timeout(180)
class MetricsManualTest {

  private static final Path MANUAL = Path.of("OBSERVABILITY.md");
  private static final String DOCS = "/v1/collections/docs";

  /** {@code | `name` | kind | `label`, `label` | meaning |}. */
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z][a-z0-9_]+)` \\| ([a-z]+) \\|([^|]*)\\|[^|]*\\|");

  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-z][a-zA-Z0-9_]*)(?:\\{(.*)})? \\S+");
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  /** Parts of a histogram, and how a family's samples are named beside the family. */
  private static final Set<String> PARTS = Set.of("", "_bucket", "_count", "_sum");

  @TempDir Path directory;

  /** A metric without its values. */
  private record Family(String kind, Set<String> labels) {}

  @Test
  void everyMetricIsInTheManualAndTheManualHasNoOther() throws Exception {
    Map<String, Family> shown = shown();
    Map<String, Family> always = documented("## Metrics");
    Map<String, Family> perhaps = documented("### May be missing");
    assertTrue(always.size() > 50, () -> MANUAL + " has " + always.keySet());

    Map<String, Family> known = new TreeMap<>(always);
    known.putAll(perhaps);
    Map<String, Family> unknown = new TreeMap<>(shown);
    unknown.keySet().removeAll(known.keySet());
    assertEquals(Map.of(), unknown, "shown, and not in " + MANUAL);
    Set<String> missing = new TreeSet<>(always.keySet());
    missing.removeAll(shown.keySet());
    assertEquals(Set.of(), missing, "in " + MANUAL + ", and not shown");
    shown.forEach((name, family) -> assertEquals(known.get(name), family, name));
  }

  private static Map<String, Family> documented(String heading) throws IOException {
    Map<String, Family> families = new TreeMap<>();
    boolean inSection = false;
    for (String line : Files.readAllLines(MANUAL)) {
      if (line.startsWith("#")) {
        boolean subsection = line.startsWith("### ") && !line.equals("### May be missing");
        inSection = line.equals(heading) || (inSection && subsection);
      }
      Matcher row = ROW.matcher(line);
      if (inSection && row.matches()) {
        Set<String> labels = new TreeSet<>();
        Matcher label = Pattern.compile("`([a-z_]+)`").matcher(group(row, 3));
        while (label.find()) {
          labels.add(group(label, 1));
        }
        families.put(group(row, 1), new Family(group(row, 2), labels));
      }
    }
    return families;
  }

  /** A part of a match; empty where it is left out. */
  private static String group(Matcher matcher, int number) {
    return Objects.requireNonNullElse(matcher.group(number), "");
  }

  private Map<String, Family> shown() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender sender = new Sender(broker.bootstrapServers(), "docs", RecordFormat.JSON, 3, 1)) {
      broker.createTopic("docs", 2, Map.of());
      broker.createTopic("docs-rejected", 1, Map.of());
      sender.send(20, 10);
      sender.sendRaw("bad".getBytes(StandardCharsets.UTF_8), new byte[] {'{'});
      sender.flush();
      try (WeirServer server = WeirServer.start(config(broker), PortPolicy.FIXED)) {
        Await.until(Duration.ofSeconds(90), "caught up", () -> server.ingest().status().caughtUp());
        Http http = new Http(server.address());
        use(http);
        Await.until(
            Duration.ofSeconds(90),
            "figures of shards are sampled",
            () -> http.get("/metrics").body().contains("weir_shard_applied_offset{"));
        Map<String, Family> families = families(http.get("/metrics").body());
        families.putAll(families(ofTrouble()));
        return families;
      }
    }
  }

  private WeirConfig config(EmbeddedBroker broker) {
    return new WeirConfig(
        new KafkaConfig(broker.bootstrapServers(), Map.of()),
        directory.resolve("data"),
        new HttpConfig("127.0.0.1", 0),
        StoreOptions.defaults(),
        List.of(
            new CollectionConfig(
                "docs",
                "docs",
                new VectorSchema(3, Metric.DOT),
                RecordFormat.JSON,
                Optional.of("docs-rejected"))));
  }

  /** Some meters come with what they count. */
  private static void use(Http http) throws Exception {
    assertEquals(200, http.post("/v1/checkpoints", "").statusCode());
    assertEquals(200, http.post(DOCS + "/search", "{\"vector\":[1,0,0]}").statusCode());
    assertEquals(200, http.post(DOCS + "/vectors/get", "{\"keys\":[\"none\"]}").statusCode());
    assertEquals(200, http.get(DOCS + "/export").statusCode());
    String near = "{\"vector\":[1,0,0],\"threshold\":1}";
    try (InputStream events = http.open(DOCS + "/watch", near)) {
      assertEquals('e', events.read(), "there is no first event");
    }
  }

  /** What a Weir without trouble does not show. */
  private static String ofTrouble() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (IngestMetrics ingest = new IngestMetrics(registry)) {
      ingest.trouble("docs", "topic-recreated");
      ingest.offsetCommitFailed();
      return registry.scrape();
    }
  }

  private static Map<String, Family> families(String scrape) {
    Map<String, Family> families = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        families.put(group(type, 1), new Family(group(type, 2), new TreeSet<>()));
      } else if (!line.startsWith("#") && sample.matches()) {
        Family family =
            PARTS.stream()
                .filter(part -> group(sample, 1).endsWith(part))
                .map(part ->
                    families.get(
                        group(sample, 1).substring(0, group(sample, 1).length() - part.length())))
                .filter(found -> found != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no type before " + line));
        Matcher label = LABEL.matcher(group(sample, 2));
        while (label.find()) {
          family.labels().add(group(label, 1));
        }
        family.labels().remove("le");
      }
    }
    return families;
  }
}
