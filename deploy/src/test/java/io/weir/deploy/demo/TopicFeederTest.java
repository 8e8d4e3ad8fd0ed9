package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TopicFeederTest {

  private static final int PARTITIONS = 3;
  private static final int DIMENSION = 8;

  @TempDir static Path folder;

  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws IOException {
    broker = EmbeddedBroker.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    broker.close();
  }

  @Test
  void sendsEveryRecordOnce() throws Exception {
    String topic = topic("once");
    RecordSource source = new SyntheticRecords(2_000, DIMENSION);
    FeedReport report = prepare(topic, source).feed(_ -> {});
    assertEquals(2_000, report.sent());
    assertTrue(report.complete());
    assertEquals(PARTITIONS, report.nextOffsets().size());
    assertEquals(2_000, report.nextOffsets().stream().mapToLong(Long::longValue).sum());
    TopicContent.assertHoldsExactly(source, broker.bootstrapServers(), topic);
  }

  @Test
  void putsRecordsWhereKafkasOwnProducerWould() throws Exception {
    String topic = topic("partitioned");
    RecordSource source = new SyntheticRecords(200, DIMENSION);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (long index = 0; index < source.size(); index++) {
        var _ = producer.send(new ProducerRecord<>(topic, source.key(index), source.value(index)));
      }
    }
    assertEquals(200, prepare(topic, source).alreadyThere());
  }

  @Test
  void sendsNothingThatIsThere() throws Exception {
    String topic = topic("twice");
    RecordSource source = new SyntheticRecords(500, DIMENSION);
    prepare(topic, source).feed(_ -> {});
    TopicFeeder again = prepare(topic, source);
    assertEquals(500, again.alreadyThere());
    FeedReport report = again.feed(_ -> {});
    assertEquals(0, report.sent());
    assertTrue(report.complete());
    TopicContent.assertHoldsExactly(source, broker.bootstrapServers(), topic);
  }

  @Test
  void continuesAfterEveryStopUntilAllIsThere() throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    String topic = topic("stopped");
    RecordSource source = new SyntheticRecords(30_000, DIMENSION);
    for (int round = 0; round < 4; round++) {
      TopicFeeder feeder = prepare(topic, source);
      long stopAt = feeder.alreadyThere() + random.nextInt(5_000);
      FeedReport report =
          feeder.feed(records -> {
            if (records >= stopAt) {
              feeder.stop();
            }
          });
      if (!report.complete()) {
        assertTrue(report.sent() < source.size(), () -> "rerun with -Dweir.seed=" + seed);
      }
    }
    assertTrue(prepare(topic, source).feed(_ -> {}).complete(), () -> "-Dweir.seed=" + seed);
    TopicContent.assertHoldsExactly(source, broker.bootstrapServers(), topic);
  }

  @Test
  void continuesWithMoreRecordsWhenMoreAreWanted() throws Exception {
    String topic = topic("more");
    prepare(topic, new SyntheticRecords(300, DIMENSION)).feed(_ -> {});
    RecordSource more = new SyntheticRecords(700, DIMENSION);
    assertEquals(400, prepare(topic, more).feed(_ -> {}).sent());
    TopicContent.assertHoldsExactly(more, broker.bootstrapServers(), topic);
  }

  @Test
  void refusesATopicThatHoldsMoreThanItWouldSend() throws Exception {
    String topic = topic("less");
    prepare(topic, new SyntheticRecords(300, DIMENSION)).feed(_ -> {});
    DemoException refused =
        assertThrows(
            DemoException.class, () -> prepare(topic, new SyntheticRecords(200, DIMENSION)));
    assertTrue(String.valueOf(refused.getMessage()).contains("already holds 300 records"));
  }

  @Test
  void refusesATopicThatHoldsOtherRecords() throws Exception {
    String topic = topic("other");
    prepare(topic, new SyntheticRecords(300, DIMENSION)).feed(_ -> {});
    DemoException refused =
        assertThrows(
            DemoException.class, () -> prepare(topic, new SyntheticRecords(300, DIMENSION + 1)));
    assertTrue(String.valueOf(refused.getMessage()).contains("holds other records"));
  }

  @Test
  void endsWithKafkasReasonWhenARecordIsRefusedForGood() throws Exception {
    String topic = topic("refused");
    RecordSource tooLarge = new SyntheticRecords(10, 400_000);
    DemoException refused =
        assertThrows(DemoException.class, () -> prepare(topic, tooLarge).feed(_ -> {}));
    assertTrue(String.valueOf(refused.getMessage()).contains("max.request.size"));
  }

  @Test
  void tellsHowFarItHasCome() throws Exception {
    String topic = topic("progress");
    RecordSource source = new SyntheticRecords(1_000, DIMENSION);
    List<Long> told = new ArrayList<>();
    prepare(topic, source).feed(told::add);
    assertEquals(1_000, told.size());
    assertEquals(1_000L, told.getLast());
  }

  @Test
  void stopsBeforeItBegan() throws Exception {
    String topic = topic("never");
    TopicFeeder feeder = prepare(topic, new SyntheticRecords(1_000, DIMENSION));
    feeder.stop();
    FeedReport report = feeder.feed(_ -> {});
    assertEquals(0, report.sent());
    assertFalse(report.complete());
    List<ConsumerRecord<byte[], byte[]>> records =
        TopicContent.read(broker.bootstrapServers(), topic);
    assertEquals(0, records.size());
  }

  private static String topic(String name) throws Exception {
    broker.createTopic(name, PARTITIONS, Map.of());
    return name;
  }

  private static TopicFeeder prepare(String topic, RecordSource source) throws IOException {
    return TopicFeeder.prepare(broker.bootstrapServers(), topic, source);
  }
}
