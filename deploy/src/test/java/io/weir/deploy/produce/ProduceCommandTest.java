package io.weir.deploy.produce;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.terminal.StopRequest;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.FeedDecoders;
import io.weir.ingest.RecordFormat;
import io.weir.ingest.decode.DecodeResult;
import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Real files to a real broker, read back as ingest reads them. */
@SuppressWarnings("NullAway") // what is missing fails the test, as it should
@Timeout(120)
class ProduceCommandTest {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir static Path brokerFolder;

  private static EmbeddedBroker broker;

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void startBroker() throws IOException {
    broker = EmbeddedBroker.start(brokerFolder);
  }

  @AfterAll
  static void stopBroker() throws IOException {
    broker.close();
  }

  private int run(Object... arguments) {
    return run(new StopRequest(), arguments);
  }

  private int run(StopRequest stop, Object... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine commandLine = new CommandLine(new ProduceCommand(Map.of(), () -> false, stop));
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    commandLine.setExecutionExceptionHandler((error, _, _) -> {
      err.append(error.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    });
    return commandLine.execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
  }

  private int send(String topic, Object... arguments) {
    List<Object> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--topic", topic, "--bootstrap-servers", broker.bootstrapServers()));
    return run(all.toArray());
  }

  /** Everything in a topic, by key; a key that comes twice fails. */
  private static SortedMap<String, VectorRecord.Upsert> content(String topic, RecordFormat format) {
    SortedMap<String, VectorRecord.Upsert> content = new TreeMap<>();
    RecordDecoder decoder =
        new FeedDecoders(CollectionFeed.of("any", topic, format), Optional.empty()).next();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          add(content, decoder, record);
        }
      }
    }
    return content;
  }

  private static void add(
      Map<String, VectorRecord.Upsert> content,
      RecordDecoder decoder,
      ConsumerRecord<byte[], byte[]> record) {
    List<RawHeader> headers =
        StreamSupport.stream(record.headers().spliterator(), false)
            .map(header -> new RawHeader(header.key(), header.value()))
            .toList();
    DecodeResult result =
        decoder.decode(
            new RawRecord(
                record.offset(), record.timestamp(), -1, record.key(), record.value(), headers));
    VectorRecord.Upsert upsert = (VectorRecord.Upsert) ((DecodeResult.Decoded) result).decoded();
    VectorRecord.Upsert copy =
        new VectorRecord.Upsert(
            record.offset(),
            record.timestamp(),
            upsert.key(),
            MemorySegment.ofArray(upsert.vector().toArray(ValueLayout.JAVA_BYTE)),
            upsert.payload());
    String key = new String(record.key(), StandardCharsets.UTF_8);
    assertEquals(null, content.put(key, copy), key);
  }

  private static float[] vector(VectorRecord.Upsert upsert) {
    float[] vector = new float[(int) upsert.vector().byteSize() / Float.BYTES];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = upsert.vector().get(FLOAT, (long) i * Float.BYTES);
    }
    return vector;
  }

  private static String payload(VectorRecord.Upsert upsert) {
    return new String(upsert.payload().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  @Test
  void npyGoesToANewTopicInBothFormats() throws Exception {
    float[][] rows = VectorFiles.rows(0, 1_000, 32);
    Path file = VectorFiles.npy(folder.resolve("docs.npy"), rows);
    for (String format : List.of("json", "float32")) {
      String topic = "npy-" + format;
      int code = send(topic, file, "--format", format, "--create-partitions", 3);
      assertEquals(0, code, err::toString);
      assertTrue(out.toString().startsWith("sent 1,000 records"), out::toString);
      assertTrue(
          out.toString().contains("{ name: " + topic + ", topic: " + topic + ", dimension: 32"),
          out::toString);
      SortedMap<String, VectorRecord.Upsert> content =
          content(topic, RecordFormat.valueOf(format.toUpperCase(Locale.ROOT)));
      assertEquals(1_000, content.size());
      for (int i = 0; i < rows.length; i++) {
        assertArrayEquals(rows[i], vector(content.get("docs-" + i)));
      }
    }
  }

  @Test
  void rowsOfSeveralFilesAreNumberedAndCanBeGoneOnWith() throws Exception {
    float[][] rows = VectorFiles.rows(0, 50, 4);
    Path first = VectorFiles.npy(folder.resolve("a.npy"), Arrays.copyOf(rows, 20));
    Path second = VectorFiles.fvecs(folder.resolve("b.fvecs"), Arrays.copyOfRange(rows, 20, 50));
    Object[] files = {first, second, "--key-prefix", "row/", "--create-partitions", 2};
    assertEquals(0, send("several", with(files, "--limit", 15)), err::toString);
    assertEquals(0, send("several", with(files, "--start-row", 15, "--limit", 10)));
    assertEquals(0, send("several", with(files, "--start-row", 25)));
    SortedMap<String, VectorRecord.Upsert> content = content("several", RecordFormat.JSON);
    assertEquals(50, content.size());
    for (int i = 0; i < 50; i++) {
      assertArrayEquals(rows[i], vector(content.get("row/" + i)));
    }
    assertEquals(1, send("several", with(files, "--start-row", 51)));
    assertTrue(err.toString().contains("there are only 50 rows"), err::toString);
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.of(arguments, more).flatMap(Stream::of).toArray();
  }

  @Test
  void payloadsArriveInBothFormats() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"id\":\"k\",\"vector\":[1,2],\"payload\":{\"lang\":\"en\",\"tags\":[\"a\",\"b\"],"
                + "\"none\":null}}\n");
    assertEquals(0, send("payload-json", file, "--create-partitions", 1), err::toString);
    assertEquals(
        "{\"lang\":\"en\",\"tags\":[\"a\",\"b\"],\"none\":null}",
        payload(content("payload-json", RecordFormat.JSON).get("k")));
    assertEquals(
        0,
        send("payload-raw", file, "--format", "float32", "--create-partitions", 1),
        err::toString);
    assertEquals(
        "{\"lang\":\"en\",\"tags\":[\"a\",\"b\"],\"none\":null}",
        payload(content("payload-raw", RecordFormat.FLOAT32).get("k")));
    Path number =
        Files.writeString(
            folder.resolve("b.jsonl"), "{\"id\":\"k\",\"vector\":[1],\"payload\":{\"year\":1999}}");
    assertEquals(1, send("payload-raw", number, "--format", "float32"));
    assertTrue(err.toString().contains("use --format json"), err::toString);
  }

  @Test
  void wrongRowIsNamedWithWhereToGoOn() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"id\":1,\"vector\":[1,2]}\n{\"id\":2,\"vector\":[1,2]}\n{\"id\":3,\"vector\":[1]}\n");
    assertEquals(1, send("wrong", file, "--create-partitions", 1));
    assertEquals(
        file
            + " row 2: the vector has 1 components; the first row has 2; 2 records were taken,"
            + " --start-row 2 goes on",
        err.toString());
  }

  @Test
  void numberThatIsNotFiniteIsRefused() throws Exception {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), new float[][] {{1, Float.NaN}});
    assertEquals(1, send("nan", file, "--create-partitions", 1));
    assertTrue(err.toString().contains("row 0: component 1 of the vector is NaN"), err::toString);
  }

  @Test
  void rowsWithAndWithoutKeysAreNotMixed() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"), "{\"id\":1,\"vector\":[1]}\n{\"vector\":[1]}\n");
    assertEquals(1, send("mixed", file, "--create-partitions", 1));
    assertTrue(err.toString().contains("row 1: it has no key"), err::toString);
  }

  @Test
  void recordTooLargeIsNamedWithTheLimit() throws Exception {
    broker.createTopic("small", 1, Map.of("max.message.bytes", "2000"));
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"id\":1,\"vector\":[1]}\n{\"id\":2,\"vector\":[1],\"payload\":{\"a\":\""
                + "x".repeat(3_000)
                + "\"}}\n");
    assertEquals(1, send("small", file));
    assertTrue(
        err.toString().contains("a.jsonl row 1: the record is too large: key and value have 30"),
        err::toString);
    assertTrue(err.toString().contains("at most 2000"), err::toString);
    assertTrue(err.toString().contains("--start-row 1 goes on"), err::toString);
  }

  @Test
  void topicThatIsMissingIsNamedWithTheWayToMakeIt() throws Exception {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), new float[][] {{1, 2}});
    assertEquals(1, send("nowhere", file));
    assertTrue(
        err.toString().contains("there is no topic nowhere")
            && err.toString().contains("--create-partitions 4"),
        err::toString);
  }

  @Test
  void brokerThatIsNotThereIsNamedAfterABound() throws Exception {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), new float[][] {{1, 2}});
    String nobody = "127.0.0.1:1"; // TCP's own service multiplexer, which nobody runs
    assertEquals(1, run(file, "--topic", "t", "--bootstrap-servers", nobody));
    assertTrue(err.toString().contains("no broker answers at " + nobody), err::toString);
  }

  @Test
  void stopEndsInOrderAndSaysWhereToGoOn() throws Exception {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), VectorFiles.rows(0, 10, 2));
    StopRequest stop = new StopRequest();
    stop.request();
    int code =
        run(
            stop,
            file,
            "--topic",
            "stopped",
            "--bootstrap-servers",
            broker.bootstrapServers(),
            "--create-partitions",
            1);
    assertEquals(0, code, err::toString);
    assertTrue(out.toString().startsWith("stopped after 0 records"), out::toString);
    assertTrue(out.toString().contains("--start-row 0 goes on"), out::toString);
  }

  @Test
  void settingsSayFormatAndDimension() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("weir.yaml"),
            String.format(
                Locale.ROOT,
                """
                kafka: { bootstrap-servers: "%s" }
                data: /nowhere
                collections:
                  - { name: docs, topic: of-settings, dimension: 2, format: float32 }
                """,
                broker.bootstrapServers()));
    Path file = VectorFiles.npy(folder.resolve("a.npy"), new float[][] {{1, 2}});
    int code = run(file, "--topic", "of-settings", "--config", config, "--create-partitions", 1);
    assertEquals(0, code, err::toString);
    assertTrue(
        out.toString().contains("deploy/weir search --collection docs --key a-0"), out::toString);
    assertEquals(1, content("of-settings", RecordFormat.FLOAT32).size());
    Path other = VectorFiles.npy(folder.resolve("b.npy"), new float[][] {{1, 2, 3}});
    assertEquals(1, run(other, "--topic", "of-settings", "--config", config));
    assertTrue(err.toString().contains("the collection has 2"), err::toString);
    Path zero = VectorFiles.npy(folder.resolve("c.npy"), new float[][] {{0, -0.0f}});
    assertEquals(1, run(zero, "--topic", "of-settings", "--config", config));
    assertTrue(err.toString().contains("no cosine"), err::toString);
    assertEquals(2, run(file, "--topic", "of-settings", "--config", config, "--format", "json"));
    assertTrue(err.toString().contains("reads the topic as float32"), err::toString);
  }

  @Test
  void misuseIsTold() throws Exception {
    Path file = VectorFiles.npy(folder.resolve("a.npy"), new float[][] {{1, 2}});
    assertEquals(2, run(file, "--topic", "t"));
    assertTrue(err.toString().contains("--bootstrap-servers is missing"), err::toString);
    assertEquals(2, send("t", folder.resolve("none.npy")));
    assertTrue(err.toString().contains("does not exist"), err::toString);
    assertEquals(2, send("t", folder.resolve("a.csv")));
    assertTrue(err.toString().contains("known are .npy"), err::toString);
    assertEquals(2, send("t", file, "--key-prefix", "a", "--key-column", "b"));
    assertEquals(2, send("t", file, "--limit", 0));
    assertEquals(2, send("t", file, "--acks", "2"));
    assertEquals(2, send("t", file, "--format", "xml"));
    Path twin =
        VectorFiles.npy(
            Files.createDirectory(folder.resolve("b")).resolve("a.npy"), new float[][] {{1, 2}});
    assertEquals(1, send("t", file, twin));
    assertTrue(err.toString().contains("give a --key-prefix"), err::toString);
  }
}
