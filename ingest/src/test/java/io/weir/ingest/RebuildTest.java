package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.storage.Shard;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shards that are read again from the beginning of their log, which a real broker keeps. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class RebuildTest {
  private static final String TOPIC = "rebuilt";

  @TempDir Path brokerFolder;
  @TempDir Path storeFolder;
  private EmbeddedBroker broker;
  private FeedFixture feed;

  @BeforeEach
  void open() throws Exception {
    broker = new EmbeddedBroker(brokerFolder);
    feed = new FeedFixture(broker, storeFolder, TOPIC);
  }

  @AfterEach
  void close() throws IOException {
    try {
      feed.close();
    } finally {
      broker.close();
    }
  }

  @Test
  void aDeleteThatWasCompactedAwayMeanwhileIsNotMissed() throws IOException {
    broker.createTopic(TOPIC, 1, compacted(1));
    feed.send(0, "kept", "deleted");
    feed.start();
    feed.awaitApplied(0, 2);
    Await.until(() -> feed.service().status().toString(), this::isCaughtUpNoted);
    feed.restartStore();
    feed.sendTombstone(0, "deleted");
    awaitCompacted();
    setDeleteRetention(Duration.ofHours(1));
    long end = end();

    feed.start();
    feed.awaitApplied(0, end);
    assertEquals(Set.of("deleted", "kept"), feed.keys(), "the log does not tell of it any more");

    feed.stop();
    feed.setClockAhead(Duration.ofHours(2));
    feed.start();
    Await.until(() -> "one key: " + feed.service().status(), () -> keysAre(Set.of("kept")));
    awaitRunning();
    feed.send(0, "new");
    Await.until(
        () -> "a new key: " + feed.service().status(), () -> keysAre(Set.of("kept", "new")));

    feed.setClockAhead(Duration.ZERO);
    feed.restartStore();
    assertEquals(Set.of("kept", "new"), feed.keys(), "the new files are those that stay");
  }

  @Test
  void aTopicThatWasMadeAnewIsReadWhenTheOperatorSaysSo() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "old", "both");
    feed.start();
    feed.awaitApplied(0, 2);
    feed.restartStore();
    feed.recreateTopic();
    feed.send(0, "both", "new", "newer");
    feed.start();

    IngestState.Stopped stopped =
        (IngestState.Stopped) feed.awaitState(0, IngestState.Stopped.class);
    assertEquals(StopReason.TOPIC_RECREATED, stopped.reason());
    assertEquals(Set.of("both", "old"), feed.keys(), "it serves what it has");
    assertInstanceOf(ResumeResult.Refused.class, feed.resume(0, new ResumeWay.Retry()));
    assertInstanceOf(ResumeResult.Resumed.class, feed.resume(0, new ResumeWay.Rebuild()));

    Await.until(
        () -> "the new topic's keys: " + feed.service().status(),
        () -> keysAre(Set.of("both", "new", "newer")));
    awaitRunning();
    feed.restartStore();
    feed.start();
    awaitRunning();
    assertEquals(Set.of("both", "new", "newer"), feed.keys());
  }

  @Test
  void aTopicThatIsMadeAnewUnderTheReaderIsNotMixedIntoTheOldOne() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "old", "older");
    feed.start();
    feed.awaitApplied(0, 2);

    feed.recreateTopic();
    feed.send(0, "n0", "n1", "n2", "n3");

    // The position may have been out of the new log's range before that was filled.
    Await.until(
        () -> "another topic: " + feed.service().status(),
        () ->
            feed.shard(0).state() instanceof IngestState.Stopped(StopReason reason, String _)
                && reason == StopReason.TOPIC_RECREATED);
    assertEquals(Set.of("old", "older"), feed.keys());
  }

  @Test
  void aLogThatWasCutIsReadAgain() throws Exception {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "a", "b");
    feed.send(0, "lost");
    feed.start();
    feed.awaitApplied(0, 3);
    feed.restartStore();

    broker = broker.restarted(folder -> cutLastBatch(folder.resolve(TOPIC + "-0")));
    assertEquals(2, end());
    feed = reopened();
    feed.send(0, "c", "d");
    feed.start();

    Await.until(
        () -> "what the log has: " + feed.service().status(),
        () -> keysAre(Set.of("a", "b", "c", "d")));
    awaitRunning();
    assertEquals(4L, feed.shard(0).applied().map(SourcePosition::nextOffset).orElse(0L));
  }

  @Test
  void anOperatorCanHaveARunningShardRebuilt() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "a", "b");
    feed.start();
    feed.awaitApplied(0, 2);

    assertInstanceOf(ResumeResult.Resumed.class, feed.resume(0, new ResumeWay.Rebuild()));
    feed.send(0, "c");

    awaitRunning();
    Await.until(() -> feed.service().status().toString(), () -> keysAre(Set.of("a", "b", "c")));
    assertTrue(feed.store().recovery().strayFiles() == 0);
  }

  @Test
  void aRejectedRecordHasOneDeadLetterHoweverOftenItIsRead() throws IOException {
    String letters = TOPIC + "-rejected";
    broker.createTopic(TOPIC, 1, Map.of());
    broker.createTopic(letters, 1, Map.of());
    feed.send(0, "a", "", "b", "");
    feed.startWithDeadLetters(letters);
    feed.awaitApplied(0, 4);
    assertEquals(2, end(letters));

    assertInstanceOf(ResumeResult.Resumed.class, feed.resume(0, new ResumeWay.Rebuild()));
    feed.send(0, "", "c", "");

    awaitRunning();
    feed.awaitApplied(0, 7);
    assertEquals(Set.of("a", "b", "c"), feed.keys());
    assertEquals(4, end(letters));
  }

  @Test
  void aRejectedRecordThatAnOperatorHasPassedStopsNoRebuild() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "a", "", "b");
    feed.start(OnReject.STOP);
    var _ = feed.awaitState(0, IngestState.Stopped.class);
    awaitResumed(new ResumeWay.AcceptGap(OptionalLong.empty()));
    feed.awaitApplied(0, 3);

    assertRebuiltWithTheGap(1, 2);
    assertEquals(Set.of("a", "b"), feed.keys());
  }

  @Test
  void aDamagedBatchThatAnOperatorHasPassedStopsNoRebuild() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "a");
    feed.send(0, "damaged");
    feed.send(0, "b");
    broker.damage(TOPIC, 0, "damaged");
    feed.start();
    var _ = feed.awaitState(0, IngestState.Retrying.class);
    awaitResumed(new ResumeWay.AcceptGap(OptionalLong.of(2)));
    feed.awaitApplied(0, 3);

    assertRebuiltWithTheGap(1, 2);
    assertEquals(Set.of("a", "b"), feed.keys());
  }

  private void awaitResumed(ResumeWay way) {
    Await.until(
        () -> way + ": " + feed.service().status(),
        () -> feed.resume(0, way) instanceof ResumeResult.Resumed);
  }

  /** The files of a rebuild are others. */
  private void assertRebuiltWithTheGap(long from, long next) throws IOException {
    Shard before = feed.collection().shard(0);
    awaitResumed(new ResumeWay.Rebuild());
    awaitRunning();
    Shard after = feed.collection().shard(0);
    assertNotSame(before, after);
    assertEquals(
        List.of(List.of(from, next)),
        after.feedNotes().gaps().stream()
            .map(gap -> List.of(gap.fromOffset(), gap.nextOffset()))
            .toList());
  }

  @Test
  void aLogThatHasExpiredAltogetherMakesAnEmptyShard() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of());
    feed.send(0, "a", "b");
    feed.start();
    feed.awaitApplied(0, 2);
    feed.expire(0, 2);

    assertInstanceOf(ResumeResult.Resumed.class, feed.resume(0, new ResumeWay.Rebuild()));

    Await.until(() -> feed.service().status().toString(), () -> keysAre(Set.of()));
    awaitRunning();
    feed.send(0, "c");
    Await.until(() -> feed.service().status().toString(), () -> keysAre(Set.of("c")));
  }

  @Test
  void deletesThatMayHaveBeenMissedAreNotForgottenWhenARebuildFails() throws IOException {
    broker.createTopic(TOPIC, 1, Map.of("cleanup.policy", "compact"));
    feed.send(0, "a", "a", "damaged");
    feed.start();
    feed.awaitApplied(0, 3);
    Await.until(() -> feed.service().status().toString(), this::isCaughtUpNoted);
    feed.stop();
    Instant caughtUp = caughtUpAt();
    feed.setClockAhead(Duration.ofDays(2));
    // Only a rebuild reads it again.
    broker.damage(TOPIC, 0, "damaged");

    feed.start();
    var _ = feed.awaitState(0, IngestState.Rebuilding.class);
    Await.until(
        () -> "the rebuild's end: " + feed.service().status(),
        () -> feed.shard(0).state() instanceof IngestState.Running);
    feed.send(0, "c");
    feed.awaitApplied(0, 4);

    assertEquals(caughtUp, caughtUpAt(), "or nobody would know any more");
  }

  private Instant caughtUpAt() throws IOException {
    return feed.collection().shard(0).feedNotes().caughtUpAt().orElseThrow();
  }

  private FeedFixture reopened() throws IOException {
    feed.close();
    return new FeedFixture(broker, storeFolder, TOPIC);
  }

  private boolean isCaughtUpNoted() {
    try {
      return feed.collection().shard(0).feedNotes().caughtUpAt().isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitRunning() {
    feed.awaitState(0, IngestState.Running.class);
  }

  private boolean keysAre(Set<String> expected) {
    try {
      return feed.keys().equals(expected);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> compacted(long deleteRetentionMillis) {
    return Map.of(
        "cleanup.policy", "compact",
        "segment.ms", "200",
        "min.cleanable.dirty.ratio", "0.001",
        "delete.retention.ms", Long.toString(deleteRetentionMillis));
  }

  /** The broker tells the new one when this returns. */
  private void setDeleteRetention(Duration to) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
    ConfigEntry entry = new ConfigEntry("delete.retention.ms", Long.toString(to.toMillis()));
    EmbeddedBroker.done(
        broker
            .admin()
            .incrementalAlterConfigs(
                Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
            .all());
    Await.until(
        "another " + entry.name(),
        () ->
            EmbeddedBroker.done(broker.admin().describeConfigs(List.of(resource)).all())
                .values()
                .iterator()
                .next()
                .get(entry.name())
                .value()
                .equals(entry.value()));
  }

  /** Each record rolls a segment, and the broker cleans all but the last. */
  private void awaitCompacted() {
    Await.until(
        "a log without the deleted key",
        () -> {
          feed.send(0, "kept");
          return !holds("deleted");
        });
  }

  private boolean holds(String key) {
    TopicPartition partition = new TopicPartition(TOPIC, 0);
    long end = end();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      boolean found = false;
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(200))) {
          found |= new String(one.key(), java.nio.charset.StandardCharsets.UTF_8).equals(key);
        }
      }
      return found;
    }
  }

  private long end() {
    return end(TOPIC);
  }

  private long end(String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      return consumer.endOffsets(Set.of(partition)).getOrDefault(partition, -1L);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** What an unclean election does: the last batch is gone, and the leader's epoch is another. */
  private static void cutLastBatch(Path partition) throws IOException {
    Path log = partition.resolve("00000000000000000000.log");
    byte[] bytes = Files.readAllBytes(log);
    int batch = 0;
    for (int next = 0; next < bytes.length; ) {
      batch = next;
      int length = java.nio.ByteBuffer.wrap(bytes).getInt(next + Long.BYTES);
      next += Long.BYTES + Integer.BYTES + length;
    }
    Files.write(log, java.util.Arrays.copyOf(bytes, batch));
    try (Stream<Path> files = Files.list(partition)) {
      for (Path file : files.toList()) {
        if (!file.equals(log)
            && !file.endsWith("partition.metadata")
            && !file.endsWith("leader-epoch-checkpoint")) {
          Files.delete(file);
        }
      }
    }
  }
}
