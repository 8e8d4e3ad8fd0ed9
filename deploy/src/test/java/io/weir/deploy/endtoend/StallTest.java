package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.audit.AuditReport;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.testing.WeirProcess;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is behind Weir stands still for two minutes while a producer sends on: a dead-letter topic
 * that is not there for one collection, a schema registry that takes connections and never answers
 * for the other. Memory stays what it was, the member stays in its group, and then everything
 * arrives by itself.
 */
@Tag("heavy")
@Timeout(900)
class StallTest {
  private static final Duration STALL = Duration.ofMinutes(2);
  private static final int DIMENSION = 1_024;
  private static final int PARTITIONS = 2;
  private static final int SCHEMA = 7;
  private static final String GROUP = "weir";
  private static final String LETTERS = "raw-rejected";

  /** Records a second to each of the two topics: 240 MB of 4 KiB each in two minutes. */
  private static final int RATE = 500;

  /** What the allocator and the Java machine's own structures may add; far below what is sent. */
  private static final long SLACK_BYTES = 32L << 20;

  private static final String AVRO =
      "{\"type\":\"record\",\"name\":\"Row\",\"fields\":["
          + "{\"name\":\"vector\",\"type\":{\"type\":\"array\",\"items\":\"float\"}}]}";

  @TempDir Path directory;

  private Path config(EmbeddedBroker broker, int registry) throws IOException {
    String settings =
        String.format(
            Locale.ROOT,
            """
            kafka: { bootstrap-servers: "%s" }
            data: "%s"
            http: { host: 127.0.0.1, port: 0 }
            assignment: { mode: group, group-id: weir }
            hot-buffer: { bytes: 32MiB }
            schema-registry: { url: "http://127.0.0.1:%d" }
            collections:
              - { name: raw, dimension: 1024, format: float32, dead-letter-topic: raw-rejected }
              - { name: schemas, dimension: 1024, format: avro }
            """,
            broker.bootstrapServers(),
            directory.resolve("data"),
            registry);
    return Files.writeString(directory.resolve("weir.yaml"), settings);
  }

  @Test
  void twoMinutesOfStandstillCostNeitherMemoryNorTheGroupNorARecord() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("broker"));
        Topics topics = new Topics(broker.bootstrapServers())) {
      topics.create("raw", PARTITIONS);
      topics.create("schemas", PARTITIONS);
      // The whole heap is touched at the start: what grows afterwards is none of it. Few arenas and
      // the small compiler: they take what they need of their own before the standstill.
      try (Registry registry = new Registry();
          WeirProcess weir =
              WeirProcess.serve(
                  config(broker, registry.port()),
                  Map.of("MALLOC_ARENA_MAX", "2"),
                  "-Xms256m",
                  "-Xmx256m",
                  "-XX:+AlwaysPreTouch",
                  "-XX:TieredStopAtLevel=1");
          Source source = new Source(broker.bootstrapServers())) {
        Served served = new Served(weir.awaitServing());
        source.start();
        weir.await("both stand still", () -> isStalled(served));
        TimeUnit.SECONDS.sleep(10); // until all that may be in memory is there
        Memory before = Memory.of(weir, served);
        Set<String> members = topics.members(GROUP);
        Optional<Integer> epoch = topics.epoch(GROUP);
        assertEquals(1, members.size());
        Map<Integer, Long> applied = served.applied("raw");

        TimeUnit.MILLISECONDS.sleep(STALL.toMillis());

        weir.await("both stand still yet", () -> isStalled(served));
        assertEquals(applied, served.applied("raw"));
        assertEquals(members, topics.members(GROUP), "the member is still the same");
        assertEquals(epoch, topics.epoch(GROUP), "nothing was rebalanced");
        Memory.of(weir, served).assertFlatSince(before);

        registry.answer();
        topics.create(LETTERS, 1);
        source.stop();
        weir.await("both go on", () -> !isStalled(served));
        assertEqualsTopics(served, broker);
        assertEquals(members, topics.members(GROUP), "the member is still the same");
        assertEquals(143, weir.stop(), weir::output);
      }
    }
  }

  private static boolean isStalled(Served served) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (!served.state("raw", partition).equals("waiting-for-dead-letter-topic")
          || !served.state("schemas", partition).equals("waiting-for-schema-registry")) {
        return false;
      }
    }
    return true;
  }

  /** What a process holds right after a collection of its garbage. */
  private record Memory(long rssAnonBytes, long heapUsedBytes) {

    static Memory of(WeirProcess weir, Served served) throws Exception {
      weir.await("its garbage is collected", () -> collect(weir));
      JsonNode process = served.get("/v1/stats").path("process");
      return new Memory(
          process.path("rssAnonBytes").asLong(), process.path("heapUsedBytes").asLong());
    }

    /** Whether the process could be told to. */
    private static boolean collect(WeirProcess weir) {
      try {
        Process collect =
            new ProcessBuilder(
                    Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "jcmd")
                        .toString(),
                    Long.toString(weir.pid()),
                    "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
          return collect.waitFor(60, TimeUnit.SECONDS) && collect.exitValue() == 0;
        } finally {
          collect.destroyForcibly();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }

    void assertFlatSince(Memory before) {
      String grown = "before: " + before + ", after: " + this;
      System.out.println("stall: " + grown);
      assertTrue(rssAnonBytes <= before.rssAnonBytes + SLACK_BYTES, grown);
      assertTrue(heapUsedBytes <= before.heapUsedBytes + SLACK_BYTES, grown);
    }
  }

  /** A schema registry that first takes connections and is silent, and answers when it is told. */
  private static final class Registry implements AutoCloseable {
    private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private @Nullable DisposableServer server;

    Registry() throws IOException {}

    int port() {
      return silent.getLocalPort();
    }

    void answer() throws IOException {
      int port = silent.getLocalPort();
      silent.close();
      String body = JsonMapper.shared().writeValueAsString(Map.of("schema", AVRO));
      server =
          HttpServer.create()
              .host("127.0.0.1")
              .port(port)
              .route(routes ->
                  routes.get(
                      "/schemas/ids/" + SCHEMA,
                      (_, response) -> response.sendString(Mono.just(body))))
              .bindNow();
    }

    @Override
    public void close() throws IOException {
      silent.close();
      DisposableServer answering = server;
      if (answering != null) {
        answering.disposeNow(Duration.ofSeconds(60));
      }
    }
  }

  private void assertEqualsTopics(Served served, EmbeddedBroker broker) throws Exception {
    AuditReport raw =
        served.audit(
            CollectionFeed.of("raw", "raw", RecordFormat.FLOAT32)
                .withDeadLetterTopic(Optional.of(LETTERS)),
            broker.bootstrapServers());
    assertTrue(raw.equal() && raw.countProven(), raw::toString);
    assertEquals(PARTITIONS, raw.rejected(), raw::toString);
    Path schema = Files.writeString(directory.resolve("row.avsc"), AVRO);
    AuditReport schemas =
        served.audit(
            CollectionFeed.of("schemas", "schemas", RecordFormat.AVRO)
                .withSchemaFile(Optional.of(schema), Optional.empty()),
            broker.bootstrapServers());
    assertTrue(schemas.equal() && schemas.countProven(), schemas::toString);
    assertEquals(0, schemas.rejected(), schemas::toString);
  }

  /**
   * Sends to both topics at one rate, to the first a rejected record in front.
   *
   * <p><b>Threads:</b> it sends on one of its own.
   */
  private static final class Source implements AutoCloseable {
    private static final int KEYS = 5_000;
    private static final int PAUSE_MILLIS = 20;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Thread thread = new Thread(this::run, "source");
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopping;

    Source(String bootstrapServers) {
      producer =
          new KafkaProducer<>(
              Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
              new ByteArraySerializer(),
              new ByteArraySerializer());
    }

    void start() {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        send(new ProducerRecord<>("raw", partition, utf8("poison"), new byte[3]));
      }
      thread.start();
    }

    private void run() {
      try {
        for (int number = 0; !stopping; number++) {
          byte[] key = utf8("key-" + number % KEYS);
          send(new ProducerRecord<>("raw", key, vector(number).array()));
          send(new ProducerRecord<>("schemas", key, avro(number)));
          if (number % (RATE * PAUSE_MILLIS / 1_000) == 0) {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
          }
        }
      } catch (InterruptedException e) {
        failure.compareAndSet(null, e);
      }
    }

    private void send(ProducerRecord<byte[], byte[]> record) {
      var _ =
          producer.send(
              record,
              (_, error) -> {
                if (error != null) {
                  failure.compareAndSet(null, error);
                }
              });
    }

    private static byte[] utf8(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Every vector is another one, cheap to make. */
    private static ByteBuffer vector(int number) {
      ByteBuffer vector =
          ByteBuffer.allocate(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < DIMENSION; i++) {
        vector.putFloat(number * 31 + i + 1);
      }
      return vector.flip();
    }

    /** The framing with the schema's id, an array of one block, and the end of the array. */
    private static byte[] avro(int number) {
      ByteBuffer value = ByteBuffer.allocate(1 + Integer.BYTES + 2 + DIMENSION * Float.BYTES + 1);
      value.put((byte) 0).putInt(SCHEMA);
      int count = 2 * DIMENSION; // zigzag, then seven bits a byte
      value.put((byte) ((count & 0x7F) | 0x80)).put((byte) (count >>> 7));
      return value.put(vector(number)).put((byte) 0).array();
    }

    /** Returns when everything has been acknowledged. */
    void stop() throws InterruptedException {
      stopping = true;
      thread.join();
      producer.flush();
      Exception met = failure.get();
      if (met != null) {
        throw new AssertionError("the producer failed", met);
      }
    }

    @Override
    public void close() {
      stopping = true;
      producer.close(Duration.ofSeconds(10));
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
