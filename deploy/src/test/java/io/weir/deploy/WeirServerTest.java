package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.weir.api.ApiServer;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.LogConfig;
import io.weir.deploy.config.ReadinessConfig;
import io.weir.deploy.config.ViewConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.demo.DemoTarget;
import io.weir.deploy.testing.Http;
import io.weir.ingest.Assignment;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Starting and stopping where no broker answers: what Weir does by itself. */
@Timeout(120)
class WeirServerTest {

  /** Nobody listens on the port of TCP's own service multiplexer. */
  private static final String NO_BROKER = "127.0.0.1:1";

  private static final Logger ACCESS = (Logger) LoggerFactory.getLogger("weir.access");

  @TempDir Path folder;

  @Test
  void itAnswersBeforeItHasCaughtUpAndSaysSo() throws Exception {
    try (WeirServer server = WeirServer.start(config(0), PortPolicy.FIXED)) {
      Http http = new Http(server.address());

      assertEquals(200, http.get("/livez").statusCode());
      assertEquals(200, http.get("/v1/collections/docs").statusCode());
      assertEquals(503, http.get("/readyz").statusCode());
      assertTrue(
          http.get("/readyz").body().contains("collection docs: connecting to Kafka"),
          () -> "readyz does not say what it waits for");
    }
  }

  @Test
  void theDemosFieldsAreDeclared() throws Exception {
    DemoTarget.Settings settings =
        new DemoTarget.Settings(
            NO_BROKER,
            folder,
            0,
            false,
            Duration.ofSeconds(5),
            "jdk",
            "jdk",
            new VectorSchema(3, Metric.COSINE),
            DemoTarget.Format.JSON,
            List.of(new Field("package", FieldType.KEYWORD)));
    DemoTarget.Running demo = new DemoWeir().start(settings);
    try {
      String described = new Http(demo.httpAddress().getPort()).get("/v1/collections/jdk").body();
      assertTrue(described.contains("\"fields\":{\"package\":\"keyword\"}"), described);
    } finally {
      demo.stop();
    }
  }

  @Test
  void metricsOfAllRoomsAreInOnePlace() throws Exception {
    try (WeirServer server = WeirServer.start(config(0), PortPolicy.FIXED)) {
      String metrics = new Http(server.address()).get("/metrics").body();

      for (String name : List.of("jvm_memory_used_bytes", "weir_ingest_", "weir_rows_live")) {
        assertTrue(metrics.contains(name), () -> name + " is not in\n" + metrics);
      }
    }
  }

  @Test
  void checkpointsOfACrontabAreShownAndSurviveARestart() throws Exception {
    WeirConfig newYear =
        ConfigReader.read(
            Optional.empty(),
            Map.of(
                "WEIR_KAFKA_BOOTSTRAP_SERVERS", NO_BROKER,
                "WEIR_DATA", folder.toString(),
                "WEIR_HTTP_PORT", "0",
                "WEIR_CHECKPOINT_CRON", "0 0 1 1 *",
                "WEIR_CHECKPOINT_ZONE", "Asia/Tokyo",
                "WEIR_CHECKPOINT_JITTER", "1m",
                "WEIR_COLLECTIONS_0__NAME", "docs",
                "WEIR_COLLECTIONS_0__DIMENSION", "3"));
    Instant next = newYear.store().checkpoints().next(Instant.now()).orElseThrow();

    for (int start = 0; start < 2; start++) {
      try (WeirServer server = WeirServer.start(newYear, PortPolicy.FIXED)) {
        Http http = new Http(server.address());
        String checkpoints = http.get("/v1/checkpoints").body();

        assertTrue(checkpoints.startsWith("{\"next\":\"" + next + "\","), checkpoints);
        assertTrue(
            http.get("/metrics").body().contains("\nweir_checkpoint_next_timestamp_seconds 1."),
            "no next checkpoint in /metrics");
      }
    }
  }

  @Test
  void theLimitsOfViewsAreThoseOfTheSettings() throws Exception {
    WeirConfig few =
        ConfigReader.read(
            Optional.empty(),
            Map.of(
                "WEIR_KAFKA_BOOTSTRAP_SERVERS", NO_BROKER,
                "WEIR_DATA", folder.toString(),
                "WEIR_HTTP_PORT", "0",
                "WEIR_CURSORS_LIMIT", "3",
                "WEIR_EXPORTS_LIMIT", "2",
                "WEIR_COLLECTIONS_0__NAME", "docs",
                "WEIR_COLLECTIONS_0__DIMENSION", "3"));
    try (WeirServer server = WeirServer.start(few, PortPolicy.FIXED)) {
      Http http = new Http(server.address());
      String metrics = http.get("/metrics").body();

      assertTrue(metrics.contains("\nweir_views_limit{kind=\"cursors\"} 3.0\n"), metrics);
      assertTrue(metrics.contains("\nweir_views_limit{kind=\"exports\"} 2.0\n"), metrics);
    }
  }

  @Test
  void aStoppedServerHasLetGoOfPortAndFolder() throws Exception {
    WeirServer first = WeirServer.start(config(0), PortPolicy.FIXED);
    int port = first.address().getPort();

    StopReport report = first.stop();
    assertTrue(report.durable());
    assertEquals(0, report.liveRows());

    WeirServer second = WeirServer.start(config(port), PortPolicy.FIXED);
    assertEquals(port, second.address().getPort());
    second.close();
  }

  @Test
  void aSecondStopReturnsWhatTheFirstDid() throws Exception {
    WeirServer server = WeirServer.start(config(0), PortPolicy.FIXED);

    assertSame(server.stop(), server.stop());
  }

  @Test
  void aTakenPortIsRefusedAndTheFolderLetGo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StartException refused =
          assertThrows(
              StartException.class,
              () -> WeirServer.start(config(taken.getLocalPort()), PortPolicy.FIXED));

      assertTrue(
          String.valueOf(refused.getMessage())
              .startsWith("cannot serve HTTP: cannot listen on 127.0.0.1:" + taken.getLocalPort()),
          refused::toString);
    }
    VectorStore.open(folder, StoreOptions.defaults()).close();
  }

  @Test
  void theLogsOfRequestsAreOpenBeforeThePortIs() throws Exception {
    AtomicBoolean open = new AtomicBoolean();
    AppenderBase<ILoggingEvent> watch =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().startsWith("listening on ")) {
              open.set(ACCESS.iteratorForAppenders().hasNext());
            }
          }
        };
    watch.start();
    Logger api = (Logger) LoggerFactory.getLogger(ApiServer.class);
    api.addAppender(watch);
    try (WeirServer _ = WeirServer.start(logged(config(0)), PortPolicy.FIXED)) {
      assertTrue(open.get(), "a request would have been lost");
    } finally {
      api.detachAppender(watch);
    }
    assertFalse(ACCESS.iteratorForAppenders().hasNext());
  }

  @Test
  void aStartThatFailsClosesThem() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThrows(
          StartException.class,
          () -> WeirServer.start(logged(config(taken.getLocalPort())), PortPolicy.FIXED));
    }
    assertFalse(ACCESS.iteratorForAppenders().hasNext());
  }

  private static WeirConfig logged(WeirConfig config) {
    return new WeirConfig(
        config.kafka(),
        config.data(),
        config.http(),
        config.store(),
        config.collections(),
        new Assignment.All(),
        Optional.empty(),
        ReadinessConfig.defaults(),
        new LogConfig(LogConfig.Target.STDERR, LogConfig.Target.NONE, Duration.ofMillis(500)),
        ViewConfig.defaults());
  }

  @Test
  void theNextFreePortIsTakenWhereThatIsAllowed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        WeirServer server = WeirServer.start(config(taken.getLocalPort()), PortPolicy.NEXT_FREE)) {
      assertNotEquals(taken.getLocalPort(), server.address().getPort());
      assertEquals(200, new Http(server.address()).get("/livez").statusCode());
    }
  }

  @Test
  void aFolderInUseIsRefusedByName() throws Exception {
    try (VectorStore _ = VectorStore.open(folder, StoreOptions.defaults())) {
      StartException refused =
          assertThrows(StartException.class, () -> WeirServer.start(config(0), PortPolicy.FIXED));

      assertEquals(
          "cannot open data folder "
              + folder
              + ": data folder "
              + folder
              + " is in use by another Weir process; stop that one, or choose another folder",
          refused.getMessage());
    }
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws IOException {
    Path file = java.nio.file.Files.createFile(folder.resolve("file"));
    WeirConfig config = config(0);
    WeirConfig onFile =
        new WeirConfig(config.kafka(), file, config.http(), config.store(), config.collections());

    StartException refused =
        assertThrows(StartException.class, () -> WeirServer.start(onFile, PortPolicy.FIXED));

    assertTrue(String.valueOf(refused.getMessage()).contains(file.toString()), refused::toString);
  }

  private WeirConfig config(int port) {
    return new WeirConfig(
        new KafkaConfig(NO_BROKER, Map.of()),
        folder,
        new HttpConfig("127.0.0.1", port),
        StoreOptions.defaults(),
        List.of(
            new CollectionConfig(
                "docs",
                "docs",
                new VectorSchema(3, Metric.COSINE),
                RecordFormat.JSON,
                Optional.empty())));
  }
}
