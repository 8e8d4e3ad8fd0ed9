package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code GET /metrics} answers of a Weir that has been fed and asked a little of everything.
 */
final class ScrapedWeir {

  private static final String DOCS = "/v1/collections/docs";

  private ScrapedWeir() {}

  /**
   * Runs a broker and a Weir until that is known.
   *
   * @param directory an empty folder
   */
  static Map<String, MetricFamily> families(Path directory) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Sender sender = new Sender(broker.bootstrapServers(), "docs", RecordFormat.JSON, 3, 1)) {
      broker.createTopic("docs", 2, Map.of());
      broker.createTopic("docs-rejected", 1, Map.of());
      sender.send(20, 10);
      sender.sendRaw("bad".getBytes(StandardCharsets.UTF_8), new byte[] {'{'});
      sender.flush();
      try (WeirServer server =
          WeirServer.start(config(broker, directory.resolve("data")), PortPolicy.FIXED)) {
        Await.until(Duration.ofSeconds(90), "caught up", () -> server.ingest().status().caughtUp());
        Http http = new Http(server.address());
        use(http);
        Await.until(
            Duration.ofSeconds(90),
            "figures of shards are sampled",
            () -> http.get("/metrics").body().contains("weir_shard_applied_offset{"));
        Map<String, MetricFamily> families = MetricFamily.scraped(http.get("/metrics").body());
        families.putAll(MetricFamily.scraped(ofTrouble()));
        return families;
      }
    }
  }

  private static WeirConfig config(EmbeddedBroker broker, Path data) {
    return new WeirConfig(
        new KafkaConfig(broker.bootstrapServers(), Map.of()),
        data,
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
    assertEquals(200, http.get("/livez").statusCode());
    assertEquals(200, http.get("/readyz").statusCode());
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
}
