package io.weir.ingest;

import static io.weir.ingest.testing.RawRecords.bytes;
import static io.weir.ingest.testing.RawRecords.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.ingest.testing.Member;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics that are found by their names, against a real broker. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PatternFeedTest {
  private static final Field LANG = new Field("lang", FieldType.KEYWORD);

  @TempDir static Path brokerFolder;
  private static EmbeddedBroker broker;

  @TempDir Path folder;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = new EmbeddedBroker(brokerFolder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void topicsAreFoundAtTheStartAndWhileItRunsAndEachIsACollection() throws IOException {
    broker.createTopic("vec.films", 2, Map.of());
    broker.createTopic("vec.films.rejected", 1, Map.of());
    broker.createTopic("vec.songs", 1, Map.of());
    broker.createTopic("vec._hidden", 1, Map.of());
    broker.createTopic("other", 1, Map.of());
    send("vec.films", "a", 1, 2);
    send("vec.films", "bad", 1);
    send("vec.songs", "b", 1, 2, 3);
    send("other", "c", 1, 2);

    try (Member member = start("vec", new Assignment.All())) {
      awaitRow(member, "films", "a", 1, 2);
      awaitRow(member, "music", "b", 1, 2, 3);
      Await.until(member::toString, () -> member.ingest().status().caughtUp());
      assertEquals(Set.of("music", "films"), collections(member));
      assertEquals(Set.of("vec._hidden"), member.ingest().status().skippedTopics().keySet());
      assertEquals(Map.of("wrong-dimension", 1L), member.status("films").rejected());
      assertFalse(member.store().collection("other").isPresent());
      assertEquals(List.of(LANG), member.collection("films").fields().fields());
      assertEquals(List.of(), member.collection("music").fields().fields());

      broker.createTopic("vec.books", 1, Map.of());
      send("vec.books", "d", 3, 4);
      awaitRow(member, "books", "d", 3, 4);

      broker.deleteTopic("vec.books");
      Await.until(
          member::toString,
          () -> member.status("books").state() instanceof IngestState.WaitingForTopic);
      awaitRow(member, "books", "d", 3, 4);
      send("vec.films", "e", 5, 6);
      awaitRow(member, "films", "e", 5, 6);
    }
  }

  @Test
  void aGroupGivesPartitionsOfTopicsThatAreFound() throws IOException {
    try (Member member = start("grp", Assignment.Group.of("pattern"))) {
      Await.until(member::toString, () -> member.ingest().status().topicsKnown());
      broker.createTopic("grp.late", 1, Map.of());
      send("grp.late", "a", 1, 2);

      awaitRow(member, "late", "a", 1, 2);
    }
  }

  /** A topic of songs is named, and has another dimension; all others are found. */
  private Member start(String prefix, Assignment assignment) throws IOException {
    TopicPattern pattern =
        new TopicPattern(
            prefix + "\\.(.*)",
            "{1}",
            new VectorSchema(2, Metric.DOT),
            CollectionFeed.of("any", "any", RecordFormat.FLOAT32)
                .withDeadLetterTopic(Optional.of("any-rejected"))
                .withFields(List.of(LANG)),
            Optional.of("{topic}.rejected"));
    IngestSettings settings =
        IngestSettings.of(
                Map.of(
                    "bootstrap.servers", broker.bootstrapServers(), "metadata.max.age.ms", 1_000),
                List.of(CollectionFeed.of("music", prefix + ".songs", RecordFormat.FLOAT32)))
            .withAssignment(assignment)
            .withPatterns(List.of(pattern));
    return new Member("one", folder, settings, 3);
  }

  private static Set<String> collections(Member member) {
    return member.ingest().status().collections().stream()
        .map(CollectionStatus::collection)
        .collect(Collectors.toSet());
  }

  private static void awaitRow(Member member, String collection, String key, float... vector)
      throws IOException {
    Await.until(
        () -> key + " in " + collection + ": " + member,
        () -> {
          try {
            return member.store().collection(collection).isPresent()
                && member.collection(collection).get(key).isPresent()
                && member.ingest().status().problem().isEmpty();
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    assertArrayEquals(vector, member.collection(collection).get(key).orElseThrow().vector());
  }

  private static void send(String topic, String key, float... vector) {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "key.serializer", ByteArraySerializer.class,
            "value.serializer", ByteArraySerializer.class);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
      var _ = producer.send(new ProducerRecord<>(topic, utf8(key), bytes(vector))).get();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError("a record was not sent", e);
    }
  }
}
