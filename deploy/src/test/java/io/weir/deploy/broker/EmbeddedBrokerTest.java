package io.weir.deploy.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedBrokerTest {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir static Path shared;

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start(shared);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  @Test
  void makesATopicOnceAndSaysHowManyPartitionsItHas() throws Exception {
    assertEquals(3, broker.createTopic("once", 3, Map.of()));
    assertEquals(3, broker.createTopic("once", 5, Map.of()));
  }

  @Test
  void refusesABadTopicWithKafkasReason() {
    IOException refused =
        assertThrows(IOException.class, () -> broker.createTopic("no spaces", 1, Map.of()));
    assertMessage("no spaces", refused);
  }

  @Test
  void holdsManyTopics() throws Exception {
    for (int i = 0; i < 25; i++) {
      assertEquals(1, broker.createTopic("many-" + i, 1, Map.of("cleanup.policy", "compact")));
    }
  }

  @Test
  void hidesAbortedTransactionsFromReadersOfCommittedOnes() throws Exception {
    broker.createTopic("transactions", 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      var _ = producer.send(record("transactions", "aborted"));
      producer.abortTransaction();
      producer.beginTransaction();
      var _ = producer.send(record("transactions", "committed"));
      producer.commitTransaction();
    }
    assertEquals(List.of("committed"), read(broker, "transactions", 1));
  }

  @Test
  void servesConsumerGroupsOfBothProtocols() throws Exception {
    broker.createTopic("groups", 1, Map.of());
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
      producer.send(record("groups", "a")).get(30, TimeUnit.SECONDS);
    }
    for (String protocol : List.of("classic", "consumer")) {
      Map<String, Object> group =
          Map.of(
              "group.id",
              "group-" + protocol,
              "group.protocol",
              protocol,
              "auto.offset.reset",
              "earliest");
      try (KafkaConsumer<byte[], byte[]> consumer = consumer(broker, group)) {
        consumer.subscribe(List.of("groups"));
        assertEquals(List.of("a"), poll(consumer, 1), protocol);
      }
    }
  }

  @Test
  void makesNoTopicsByItself() {
    try (KafkaProducer<byte[], byte[]> producer = producer(Map.of("max.block.ms", "500"))) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class, () -> producer.send(record("nobody-made-me", "x")).get());
      assertInstanceOf(TimeoutException.class, refused.getCause());
    }
  }

  @Test
  void writesItsMessagesToAFileAndNotToTheConsole() throws IOException {
    assertTrue(Files.size(shared.resolve("broker.log")) > 0);
    for (String name : List.of("kafka.server.BrokerServer", "org.apache.kafka.clients.Metadata")) {
      assertTrue(LoggerFactory.getLogger(name).isInfoEnabled());
    }
    for (String name : List.of("kafka", "org.apache.kafka", "state.change.logger")) {
      assertFalse(((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(name)).isAdditive());
    }
  }

  @Test
  void startsAgainOnItsFolderWithItsClusterAndItsRecords(@TempDir Path folder) throws Exception {
    String cluster;
    try (EmbeddedBroker first = EmbeddedBroker.start(folder)) {
      cluster = first.clusterId();
      first.createTopic("kept", 1, Map.of());
      try (KafkaProducer<byte[], byte[]> producer = producer(first, Map.of())) {
        producer.send(record("kept", "before")).get(30, TimeUnit.SECONDS);
      }
    }
    try (EmbeddedBroker second = EmbeddedBroker.start(folder)) {
      assertEquals(cluster, second.clusterId());
      assertEquals(List.of("before"), read(second, "kept", 1));
    }
  }

  @Test
  void listensOnTheGivenPort(@TempDir Path folder) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (EmbeddedBroker given = EmbeddedBroker.start(folder, port)) {
      assertEquals("127.0.0.1:" + port, given.bootstrapServers());
      assertEquals(1, given.createTopic("reached", 1, Map.of()));
    }
  }

  @Test
  void refusesAPortThatIsTaken(@TempDir Path folder) {
    BrokerStartException refused =
        assertThrows(
            BrokerStartException.class, () -> EmbeddedBroker.start(folder, broker.port()).close());
    assertMessage("port " + broker.port() + " of 127.0.0.1", refused);
  }

  @Test
  void refusesAFolderThatAnotherBrokerUsesAndLeavesThatOneAlone(@TempDir Path folder)
      throws Exception {
    try (EmbeddedBroker first = EmbeddedBroker.start(folder)) {
      BrokerStartException refused =
          assertThrows(BrokerStartException.class, () -> EmbeddedBroker.start(folder).close());
      assertMessage("another broker is running in " + folder, refused);
      assertEquals(1, first.createTopic("still-there", 1, Map.of()));
    }
    try (EmbeddedBroker again = EmbeddedBroker.start(folder)) {
      assertEquals(1, again.createTopic("still-there", 2, Map.of()));
    }
  }

  @Test
  void refusesAFolderThatIsAFile(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThrows(IOException.class, () -> EmbeddedBroker.start(file).close());
  }

  @Test
  void refusesADamagedFolderWithoutEndingTheProcess(@TempDir Path folder) throws IOException {
    EmbeddedBroker.start(folder).close();
    Files.writeString(folder.resolve("log/meta.properties"), "version=1\nnode.id=77\ncluster.id=x");
    BrokerStartException refused =
        assertThrows(BrokerStartException.class, () -> EmbeddedBroker.start(folder).close());
    assertMessage("77", refused);
  }

  private static void assertMessage(String part, Exception refused) {
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains(part), message);
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    return producer(broker, settings);
  }

  private static KafkaProducer<byte[], byte[]> producer(
      EmbeddedBroker to, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", to.bootstrapServers());
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      EmbeddedBroker from, Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", from.bootstrapServers());
    all.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String value) {
    return new ProducerRecord<>(topic, value.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(EmbeddedBroker from, String topic, int count) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(from, Map.of())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      return poll(consumer, count);
    }
  }

  private static List<String> poll(KafkaConsumer<byte[], byte[]> consumer, int count) {
    List<String> values = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (values.size() < count && System.nanoTime() < deadline) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        values.add(new String(record.value(), StandardCharsets.UTF_8));
      }
    }
    return values;
  }
}
