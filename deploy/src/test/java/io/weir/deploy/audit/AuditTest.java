package io.weir.deploy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.audit.Difference.Kind;
import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.HttpConfig;
import io.weir.deploy.config.KafkaConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.RecordFormat;
import io.weir.storage.StoreOptions;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real broker, a real Weir, and a topic that is or is not the one that it was fed from. */
@Timeout(120)
class AuditTest {

  @TempDir static Path brokerFolder;

  private static EmbeddedBroker broker;
  private static int tests;

  @TempDir Path directory;

  private TopicPair topics;
  private WeirServer weir;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = EmbeddedBroker.start(brokerFolder);
  }

  @AfterAll
  static void stopBroker() throws Exception {
    broker.close();
  }

  @BeforeEach
  void start() throws Exception {
    topics = new TopicPair(broker, "test" + tests++);
    weir =
        WeirServer.start(
            new WeirConfig(
                kafka(),
                directory.resolve("data"),
                new HttpConfig("127.0.0.1", 0),
                StoreOptions.defaults(),
                List.of(
                    new CollectionConfig(
                        "docs",
                        topics.fed(),
                        new VectorSchema(2, Metric.COSINE),
                        RecordFormat.JSON,
                        Optional.of(topics.letters())))),
            PortPolicy.FIXED);
  }

  @AfterEach
  void stop() throws Exception {
    weir.close();
    topics.close();
  }

  private KafkaConfig kafka() {
    return new KafkaConfig(broker.bootstrapServers(), Map.of());
  }

  private AuditRequest request(String topic) {
    return AuditRequest.of(
        CollectionFeed.of("docs", topic, RecordFormat.JSON)
            .withDeadLetterTopic(Optional.of(topics.letters())),
        kafka(),
        URI.create("http://127.0.0.1:" + weir.address().getPort()));
  }

  private AuditReport audit(String topic) throws Exception {
    topics.flush();
    return Audit.run(request(topic), AuditDisplay.NONE);
  }

  private static String vector(double x, double y) {
    return "{\"vector\":[" + x + "," + y + "]}";
  }

  private static String withPayload(String payload) {
    return "{\"vector\":[1,2],\"payload\":" + payload + "}";
  }

  /** Upserts, an overwrite, deletes, rejected records: something of everything. */
  private void sendSome() {
    for (int i = 0; i < 50; i++) {
      topics.send(i % 2, "key/" + i + " ä#?", vector(i + 0.1, -1e-30 * i));
    }
    topics.send(0, "key/0 ä#?", withPayload("{ \"b\":1.50, \"a\":\"ü\\n\" }"));
    topics.send(1, "key/1 ä#?", null);
    topics.send(1, "never there", null);
    topics.send(1, "key/3 ä#?", "{\"vector\":[0,0]}");
    topics.send(1, "only rejected", "{\"vector\":[1,2,3]}");
    topics.send(0, null, vector(1, 1));
    topics.send(0, "key/2 ä#?", "not JSON");
    topics.send(0, "huge", "{\"vector\":[1e39,1]}");
  }

  private static Difference only(AuditReport report) {
    List<Difference> told = report.differences();
    assertEquals(1, told.size(), told.toString());
    assertFalse(report.equal());
    assertEquals(Map.of(told.getFirst().kind(), 1L), report.totals());
    return told.getFirst();
  }

  @Test
  void equalStoreIsFoundEqual() throws Exception {
    sendSome();
    AuditReport report = audit(topics.fed());
    assertEquals(List.of(), report.differences());
    assertTrue(report.equal());
    assertTrue(report.countProven());
    assertEquals(58, report.records());
    assertEquals(5, report.rejected());
    assertEquals(49, report.expectedRows());
    assertEquals(49, report.equalRows());
    assertEquals(2, report.deletedKeys());
    assertEquals(0, report.changedSince());
    assertEquals(2, report.partitions().size());
    assertTrue(audit(topics.told()).equal(), "the other topic has the same records");
  }

  @Test
  void emptyTopicAndEmptyStoreAreEqual() throws Exception {
    AuditReport report = audit(topics.fed());
    assertTrue(report.equal());
    assertTrue(report.countProven());
  }

  @Test
  void missingRowIsFound() throws Exception {
    sendSome();
    topics.send(0, "lost", "rejected by Weir", vector(1, 2));
    AuditReport report = audit(topics.told());
    assertEquals(Map.of(Kind.MISSING_ROW, 1L, Kind.ROW_COUNT, 1L), report.totals());
    Difference missing = report.differences().get(1);
    assertEquals(new Difference(Kind.MISSING_ROW, "lost", 0, 29, "a row", "no row"), missing);
  }

  @Test
  void rowTooManyIsFound() throws Exception {
    sendSome();
    topics.send(1, "extra", vector(1, 2), "rejected by the audit");
    Difference count = only(audit(topics.told()));
    assertEquals(
        new Difference(Kind.ROW_COUNT, "", 1, -1, "24 rows at offset 30", "25 rows"), count);
  }

  @Test
  void oneWrongBitOfAVectorIsFound() throws Exception {
    sendSome();
    topics.send(1, "bit", vector(1.0000001, 2), vector(1, 2));
    assertEquals(
        new Difference(
            Kind.WRONG_VECTOR,
            "bit",
            1,
            29,
            "component 0 is 1.0 (0x3f800000)",
            "component 0 is 1.0000001 (0x3f800001)"),
        only(audit(topics.told())));
  }

  @Test
  void negativeZeroIsNotZero() throws Exception {
    topics.send(1, "zero", "{\"vector\":[1,-0.0]}", "{\"vector\":[1,0.0]}");
    assertEquals(Kind.WRONG_VECTOR, only(audit(topics.told())).kind());
  }

  @Test
  void missingPayloadIsFound() throws Exception {
    sendSome();
    topics.send(0, "payload", withPayload("null"), withPayload("{\"year\": 1999}"));
    assertEquals(
        new Difference(Kind.WRONG_PAYLOAD, "payload", 0, 29, "{\"year\": 1999}", "no payload"),
        only(audit(topics.told())));
  }

  @Test
  void oneOtherByteOfAPayloadIsFound() throws Exception {
    topics.send(0, "payload", withPayload("{\"year\":1999}"), withPayload("{\"year\": 1999}"));
    assertEquals(Kind.WRONG_PAYLOAD, only(audit(topics.told())).kind());
  }

  @Test
  void resurrectedDeleteIsFound() throws Exception {
    sendSome();
    topics.send(0, "key/4 ä#?", "rejected by Weir", null);
    AuditReport report = audit(topics.told());
    assertEquals(Map.of(Kind.DELETED_ROW_PRESENT, 1L, Kind.ROW_COUNT, 1L), report.totals());
    assertEquals(
        new Difference(
            Kind.DELETED_ROW_PRESENT,
            "key/4 ä#?",
            0,
            29,
            "no row, deleted at offset 29",
            "a row of offset 2"),
        report.differences().get(1));
  }

  @Test
  void rowOfAnOlderRecordIsFound() throws Exception {
    topics.send(0, "key", vector(1, 2));
    topics.send(0, "key", "rejected by Weir", vector(1, 2));
    Difference difference = only(audit(topics.told()));
    assertEquals(Kind.WRONG_OFFSET, difference.kind());
    assertEquals("offset 1", difference.expected());
    assertEquals("offset 0", difference.actual());
  }

  @Test
  void rowInAnotherPartitionIsFound() throws Exception {
    topics.sendTo(topics.fed(), 0, "key", vector(1, 2));
    topics.sendTo(topics.told(), 1, "key", vector(1, 2));
    topics.sendTo(topics.fed(), 1, "other", vector(1, 2));
    topics.sendTo(topics.told(), 0, "other", vector(1, 2));
    assertEquals(Map.of(Kind.WRONG_PARTITION, 2L), audit(topics.told()).totals());
  }

  @Test
  void keyOfTwoPartitionsIsJudgedByTheLaterRow() throws Exception {
    topics.send(0, "key", vector(1, 2));
    topics.send(1, "key", vector(3, 4));
    topics.send(0, "gone here", vector(1, 2));
    topics.send(1, "gone here", vector(1, 3));
    topics.send(0, "gone here", null);
    AuditReport report = audit(topics.fed());
    assertEquals(List.of(), report.differences());
    assertEquals(3, report.expectedRows());
    assertEquals(2, report.equalRows());
    assertEquals(1, report.hidden());
  }

  @Test
  void onlyWantedPartitionsAreCompared() throws Exception {
    sendSome();
    topics.send(1, "bit", vector(1.0000001, 2), vector(1, 2));
    topics.flush();
    AuditRequest all = request(topics.told());
    AuditReport report =
        Audit.run(
            new AuditRequest(
                all.feed(),
                all.kafka(),
                all.schemaRegistry(),
                all.server(),
                Optional.of(Set.of(0)),
                false,
                all.catchUp(),
                all.maxDifferences()),
            AuditDisplay.NONE);
    assertTrue(report.equal());
    assertEquals(25, report.expectedRows());
  }

  @Test
  void differencesBeyondTheLimitAreCounted() throws Exception {
    for (int i = 0; i < 100; i++) {
      topics.send(0, "key" + i, vector(1.0000001, i), vector(1, i));
    }
    AuditReport report = audit(topics.told());
    assertEquals(Map.of(Kind.WRONG_VECTOR, 100L), report.totals());
    assertEquals(AuditRequest.DEFAULT_MAX_DIFFERENCES, report.differences().size());
  }

  @Test
  void storeThatDoesNotCatchUpIsNamed() throws Exception {
    topics.send(0, "key", vector(1, 2));
    assertTrue(audit(topics.fed()).equal(), "what there is has been taken in");
    topics.sendTo(topics.told(), 0, "more", vector(1, 2));
    topics.flush();
    AuditException behind =
        assertThrows(
            AuditException.class,
            () ->
                Audit.run(
                    request(topics.told()).withCatchUp(Duration.ofMillis(300)), AuditDisplay.NONE));
    assertTrue(
        String.valueOf(behind.getMessage()).contains("partition 0 to offset 1 of 2"),
        behind.getMessage());
  }

  @Test
  void recordsThatKeepComingAreNoDifference() throws Exception {
    sendSome();
    topics.flush();
    AtomicBoolean stop = new AtomicBoolean();
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; !stop.get(); i++) {
                String key = "key/" + i % 50 + " ä#?";
                topics.sendTo(topics.fed(), i % 2, key, i % 7 == 0 ? null : vector(i, 1));
                LockSupport.parkNanos(1_000_000);
                if (i % 100 == 0) {
                  sleep();
                }
              }
            });
    try {
      for (int round = 0; round < 2; round++) {
        AuditReport report = Audit.run(request(topics.fed()), AuditDisplay.NONE);
        assertEquals(List.of(), report.differences());
        assertTrue(report.equal());
      }
    } finally {
      stop.set(true);
      sender.join();
    }
    AuditReport quiet = audit(topics.fed());
    assertEquals(List.of(), quiet.differences());
    assertTrue(quiet.countProven());
    assertEquals(0, quiet.changedSince());
  }

  @Test
  void transactionsCountAsFarAsTheyAreCommitted() throws Exception {
    topics.send(0, "key", vector(1, 2));
    topics.flush();
    topics.transaction(true, "committed", vector(3, 4));
    topics.transaction(false, "key", vector(5, 6));
    topics.transaction(false, "aborted", vector(5, 6));
    AuditReport report = audit(topics.fed());
    assertEquals(List.of(), report.differences());
    assertTrue(report.countProven());
    assertEquals(2, report.equalRows());
    assertEquals(7, report.partitions().getFirst().position(), "four records and three markers");
  }

  private static void sleep() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void deadLettersOfAllRejectedRecordsAreThere() throws Exception {
    sendSome();
    topics.flush();
    AuditReport report = Audit.run(request(topics.fed()).withDeadLetters(), AuditDisplay.NONE);
    assertEquals(
        Optional.of(new DeadLetterCount(topics.letters(), 5, 5, 0, 0, 0, List.of())),
        report.deadLetters());
    assertTrue(report.equal());
  }

  @Test
  void rejectedRecordWithoutALetterIsFound() throws Exception {
    sendSome();
    topics.flush();
    // The letters are about the topic that Weir was fed from, none is about this one.
    AuditReport report = Audit.run(request(topics.told()).withDeadLetters(), AuditDisplay.NONE);
    assertEquals(5, report.deadLetters().orElseThrow().missing());
    assertEquals(
        List.of("0:26", "0:27", "0:28", "1:27", "1:28"),
        report.deadLetters().orElseThrow().firstMissing().stream().sorted().toList());
    assertFalse(report.equal());
  }
}
