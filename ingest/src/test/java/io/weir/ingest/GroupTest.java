package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.ingest.testing.Member;
import io.weir.ingest.testing.PollThreads;
import io.weir.storage.Shard;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Members of a consumer group, each with a store of its own, against a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class GroupTest {
  private static final String COLLECTION = "films";
  private static final int DIMENSION = 4;
  private static final int PARTITIONS = 6;
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir Path folder;
  private final String topic = "grouped-" + TOPICS.incrementAndGet();
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final long seed = Long.getLong("weir.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /** Key to what the last record of it says; the key's partition is its number's remainder. */
  private final Map<String, float[]> model = new HashMap<>();

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new EmbeddedBroker(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void createTopic() {
    broker.createTopic(topic, PARTITIONS, Map.of());
  }

  @AfterEach
  void stopMembers() {
    List.copyOf(members.keySet()).forEach(this::leave);
  }

  @ParameterizedTest
  @EnumSource(Assignment.Protocol.class)
  void eachPartitionEndsWithOneMemberThroughJoiningAndLeaving(Assignment.Protocol protocol)
      throws IOException {
    produce(500);
    join("a", protocol);
    settle();
    produce(500);
    join("b", protocol);
    settle();
    join("c", protocol);
    produce(500);
    settle();
    members.values().forEach(member -> assertEquals(2, member.partitions(COLLECTION).size()));

    leave("a");
    produce(500);
    settle();
    join("a", protocol);
    leave("b");
    produce(500);
    settle();
  }

  @ParameterizedTest
  @EnumSource(Assignment.Protocol.class)
  void whatIsRevokedIsDurableAndReadOnFromThereWhenItComesBack(Assignment.Protocol protocol)
      throws IOException {
    produce(500);
    join("a", protocol);
    settle();
    Map<Integer, Long> readByA = ends();
    Member b = join("b", protocol);
    settle();
    for (int partition : b.partitions(COLLECTION)) {
      deleteBelow(partition, readByA.getOrDefault(partition, 0L));
    }
    produce(500);
    leave("b");

    settle();
  }

  @Test
  void whatIsLostIsDroppedAndNothingIsWritten() throws IOException {
    produce(500);
    Member a = join("a", Assignment.Protocol.CLASSIC);
    settle();
    List<Shard> before = a.collection(COLLECTION).shards();

    EmbeddedBroker.done(
        broker
            .admin()
            .removeMembersFromConsumerGroup(groupId(), new RemoveMembersFromConsumerGroupOptions())
            .all());
    // The member is back at once; what it opens then are other shards.
    Await.until(
        () -> "the loss: " + a,
        () -> a.collection(COLLECTION).shards().stream().noneMatch(before::contains));

    settle();
    for (Shard shard : a.collection(COLLECTION).shards()) {
      assertEquals(Optional.empty(), shard.durablePosition(), "read again from the beginning");
    }
  }

  @ParameterizedTest
  @EnumSource(Assignment.Protocol.class)
  void aMemberWhosePollThreadFailsComesBackByItself(Assignment.Protocol protocol)
      throws IOException {
    produce(500);
    Member a = join("a", protocol);
    settle();
    Set<Thread> ofA = PollThreads.alive();
    join("b", protocol);
    settle();

    ofA.forEach(Thread::interrupt);
    Await.until(() -> "the failure: " + a, () -> waitsForAnotherPoller(a));
    produce(500);

    settle();
  }

  private static boolean waitsForAnotherPoller(Member member) {
    return member.status(COLLECTION).shards().stream()
        .anyMatch(shard ->
            shard.state() instanceof IngestState.Retrying(StopReason reason, _, _)
                && reason == StopReason.POLLING_FAILED);
  }

  @ParameterizedTest
  @EnumSource(Assignment.Protocol.class)
  void aMemberWithANameFindsItsPartitionsAgain(Assignment.Protocol protocol) throws IOException {
    produce(200);
    join("a", settings(protocol, group(protocol, Optional.of("a"))));
    Member b = join("b", settings(protocol, group(protocol, Optional.of("b"))));
    settle();
    Set<Integer> ofA = member("a").partitions(COLLECTION);
    Set<Integer> ofB = b.partitions(COLLECTION);

    leave("a");
    produce(200);
    join("a", settings(protocol, group(protocol, Optional.of("a"))));
    settle();

    assertEquals(ofA, member("a").partitions(COLLECTION));
    assertEquals(ofB, b.partitions(COLLECTION));
  }

  @Test
  void aMemberWithoutPartitionsIsReady() throws IOException {
    String one = topic + "-of-one";
    broker.createTopic(one, 1, Map.of());
    IngestSettings settings = settings(one, Assignment.Protocol.CONSUMER, group());
    Member a = join("a", settings);
    Await.until(a::toString, () -> a.partitions(COLLECTION).equals(Set.of(0)));
    Member b = join("b", settings);

    Await.until(b::toString, () -> b.ingest().status().caughtUp());
    assertEquals(Set.of(), b.partitions(COLLECTION));
    assertEquals(List.of(), b.collection(COLLECTION).shards());
  }

  @Test
  void listedPartitionsAreReadAndNoOthers() throws IOException {
    produce(500);
    for (Map.Entry<String, Set<Integer>> part :
        Map.of("a", Set.of(0, 1, 2), "b", Set.of(3, 4, 5, 17)).entrySet()) {
      join(
          part.getKey(),
          settings(
              Assignment.Protocol.CONSUMER,
              new Assignment.Listed(Map.of(COLLECTION, part.getValue()))));
    }

    settle();
    assertEquals(Set.of(0, 1, 2), member("a").partitions(COLLECTION));
    assertEquals(Set.of(3, 4, 5), member("b").partitions(COLLECTION));
  }

  @ParameterizedTest
  @EnumSource(Assignment.Protocol.class)
  void theGroupsOffsetsFollowTheDurablePositions(Assignment.Protocol protocol) throws IOException {
    offsetsFollow(join("a", protocol));
  }

  @Test
  void offsetsGoToAGroupThatGivesNoPartitionsToo() throws IOException {
    offsetsFollow(
        join(
            "a",
            settings(Assignment.Protocol.CONSUMER, new Assignment.All())
                .withOffsetsGroup(groupId())));
  }

  private void offsetsFollow(Member a) throws IOException {
    produce(300);
    settle();
    assertEquals(Map.of(), committed(), "nothing is durable yet");
    Map<Integer, Long> durable = ends();
    a.store().checkpoint().join();
    produce(300);
    settle();

    Await.until(
        () -> "offsets of " + durable + ": " + committed(), () -> committed().equals(durable));
    a.store().checkpoint().join();
    Await.until(() -> "offsets: " + committed(), () -> committed().equals(ends()));
  }

  private Map<Integer, Long> committed() {
    Map<Integer, Long> offsets = new HashMap<>();
    EmbeddedBroker.done(
            broker
                .admin()
                .listConsumerGroupOffsets(groupId())
                .partitionsToOffsetAndMetadata(groupId()))
        .forEach((partition, offset) -> {
          if (offset != null) {
            offsets.put(partition.partition(), offset.offset());
          }
        });
    return offsets;
  }

  private void deleteBelow(int partition, long offset) {
    EmbeddedBroker.done(
        broker
            .admin()
            .deleteRecords(
                Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
            .all());
  }

  private String groupId() {
    return "group-of-" + topic;
  }

  private Assignment group() {
    return group(Assignment.Protocol.CONSUMER);
  }

  private Assignment group(Assignment.Protocol protocol, Optional<String> instance) {
    return new Assignment.Group(groupId(), protocol, instance);
  }

  private Assignment group(Assignment.Protocol protocol) {
    return group(protocol, Optional.empty());
  }

  private Member join(String name, Assignment.Protocol protocol) throws IOException {
    return join(name, settings(protocol, group(protocol)));
  }

  private Member member(String name) {
    return Objects.requireNonNull(members.get(name), name);
  }

  private Member join(String name, IngestSettings settings) throws IOException {
    Member member = new Member(name, folder.resolve(name), settings, DIMENSION);
    members.put(name, member);
    return member;
  }

  private void leave(String name) {
    Member member = members.remove(name);
    if (member != null) {
      member.close();
    }
  }

  private IngestSettings settings(Assignment.Protocol protocol, Assignment assignment) {
    return settings(topic, protocol, assignment);
  }

  private IngestSettings settings(
      String from, Assignment.Protocol protocol, Assignment assignment) {
    Map<String, Object> properties = new HashMap<>();
    properties.put("bootstrap.servers", broker.bootstrapServers());
    properties.put("metadata.max.age.ms", 1_000);
    if (protocol == Assignment.Protocol.CLASSIC) {
      properties.put("heartbeat.interval.ms", 300);
    }
    return IngestSettings.of(
            properties, List.of(CollectionFeed.of(COLLECTION, from, RecordFormat.FLOAT32)))
        .withWorkers(2)
        .withAssignment(assignment);
  }

  /** Waits until every partition is one member's and read to its end, and compares the rows. */
  private void settle() throws IOException {
    Map<Integer, Long> ends = ends();
    Await.until(() -> ends + " " + members, () -> isSettled(ends));
    for (Map.Entry<String, float[]> row : model.entrySet()) {
      List<StoredRow> found = new ArrayList<>();
      for (Member member : members.values()) {
        member.collection(COLLECTION).get(row.getKey()).ifPresent(found::add);
      }
      assertEquals(1, found.size(), () -> row.getKey() + ", rerun with -Dweir.seed=" + seed);
      assertArrayEquals(row.getValue(), found.getFirst().vector(), row.getKey());
    }
    long rows = 0;
    for (Member member : members.values()) {
      rows += member.collection(COLLECTION).liveRows();
    }
    assertEquals(model.size(), rows, () -> "rerun with -Dweir.seed=" + seed);
  }

  private boolean isSettled(Map<Integer, Long> ends) {
    List<Integer> owned = new ArrayList<>();
    for (Member member : members.values()) {
      if (!member.ingest().status().caughtUp()
          || member.partitions(COLLECTION).size() < PARTITIONS / members.size()) {
        return false;
      }
      for (ShardStatus shard : member.status(COLLECTION).shards()) {
        owned.add(shard.partition());
        if (shard.applied().map(SourcePosition::nextOffset).orElse(0L)
            < ends.getOrDefault(shard.partition(), 0L)) {
          return false;
        }
      }
    }
    return owned.size() == PARTITIONS && Set.copyOf(owned).size() == PARTITIONS;
  }

  private Map<Integer, Long> ends() {
    Map<TopicPartition, OffsetSpec> question = new HashMap<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      question.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Map<Integer, Long> ends = new HashMap<>();
    EmbeddedBroker.done(broker.admin().listOffsets(question).all())
        .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
    return ends;
  }

  private void produce(int records) {
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      int number = random.nextInt(300);
      String key = "key-" + number;
      float[] vector = {random.nextFloat() + 1, random.nextFloat(), i, number};
      boolean delete = random.nextInt(8) == 0;
      if (delete) {
        model.remove(key);
      } else {
        model.put(key, vector);
      }
      all.add(record(number % PARTITIONS, key, delete ? null : bytes(vector)));
    }
    send(all);
  }

  @SuppressWarnings("NullAway") // a tombstone is what it is
  private ProducerRecord<byte[], byte[]> record(
      int partition, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, partition, utf8(key), value);
  }

  private static void send(List<ProducerRecord<byte[], byte[]>> records) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "key.serializer", ByteArraySerializer.class,
            "value.serializer", ByteArraySerializer.class);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("a record was not sent", e);
    }
  }
}
