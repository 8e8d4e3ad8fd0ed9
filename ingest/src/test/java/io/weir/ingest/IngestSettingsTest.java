package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IngestSettingsTest {
  private static final Map<String, Object> BROKER = Map.of("bootstrap.servers", "localhost:9092");
  private static final CollectionFeed FILMS = feed("films", "films-topic");

  @ParameterizedTest
  @CsvSource({
    "enable.auto.commit, true",
    "auto.offset.reset, earliest",
    "isolation.level, read_uncommitted",
    "check.crcs, false",
    "allow.auto.create.topics, true",
    "acks, 1",
    "enable.idempotence, false",
    "group.id, g",
    "group.protocol, consumer",
    "transactional.id, t",
    "fetch.max.bytes, many",
    "security.protocol, CARRIER_PIGEON",
    "max.poll.records, 0"
  })
  void refusesWhatCorrectnessRestsOnAndWhatNoClientUnderstands(String key, String value) {
    assertRefused(key, () -> settings(Map.of(key, value)));
  }

  @Test
  void refusesADeserializer() {
    assertRefused(
        "value.deserializer",
        () -> settings(Map.of("value.deserializer", StringDeserializer.class)));
  }

  @Test
  void takesValuesThatAreWhatWeirNeedsAnyway() {
    settings(
        Map.of(
            "enable.auto.commit",
            false,
            "isolation.level",
            "READ_COMMITTED",
            "key.deserializer",
            ByteArrayDeserializer.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "localhost", "localhost:", "localhost:99999", "a:1,,b:2"})
  void refusesBootstrapServersThatAreNone(String servers) {
    assertRefused(
        "bootstrap.servers",
        () -> IngestSettings.of(Map.of("bootstrap.servers", servers), List.of(FILMS)));
  }

  @Test
  void refusesToStartWithoutBootstrapServers() {
    assertRefused("bootstrap.servers", () -> IngestSettings.of(Map.of(), List.of(FILMS)));
  }

  @Test
  void refusesTwoFeedsOfACollectionOrTopic() {
    assertRefused("films", () -> IngestSettings.of(BROKER, List.of(FILMS, feed("films", "other"))));
    assertRefused(
        "films-topic",
        () -> IngestSettings.of(BROKER, List.of(FILMS, feed("other", "films-topic"))));
  }

  @Test
  void refusesADeadLetterTopicThatFeedsACollection() {
    CollectionFeed circular =
        CollectionFeed.of("b", "b", RecordFormat.JSON)
            .withDeadLetterTopic(Optional.of("films-topic"));

    assertRefused("films-topic", () -> IngestSettings.of(BROKER, List.of(FILMS, circular)));
    assertRefused(
        "dead-letter",
        () -> CollectionFeed.of("b", "b", RecordFormat.JSON).withDeadLetterTopic(Optional.of("b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "..", "ä"})
  void refusesNamesThatNoTopicCanHave(String topic) {
    assertThrows(IllegalArgumentException.class, () -> feed("films", topic));
  }

  @Test
  void refusesLimitsOutOfRange() {
    IngestSettings settings = IngestSettings.of(BROKER, List.of(FILMS));

    assertRefused("workers", () -> settings.withWorkers(0));
    assertRefused("workers", () -> settings.withWorkers(IngestSettings.MAX_WORKERS + 1));
    assertRefused("inFlightBytes", () -> settings.withInFlightBytes(0));
  }

  @Test
  void theirTextHoldsNoPassword() {
    Map<String, Object> properties = new HashMap<>(BROKER);
    properties.put("ssl.key.password", "hush");

    String text = IngestSettings.of(properties, List.of(FILMS)).toString();

    assertTrue(text.contains("ssl.key.password") && !text.contains("hush"), text);
  }

  @Test
  void theUsersPropertiesGoBeforeTheDefaultsToTheClientsThatKnowThem() {
    Map<String, Object> given = new HashMap<>(BROKER);
    given.put("max.poll.records", 7);
    given.put("linger.ms", 3);
    given.put("client.id", "mine");
    given.put("plug.in.of.mine", "x");

    Map<String, Object> consumer = ClientProperties.consumer(given);
    Map<String, Object> producer = ClientProperties.producer(given);

    assertEquals(7, consumer.get("max.poll.records"));
    assertEquals(1 << 20, consumer.get("max.partition.fetch.bytes"));
    assertEquals("none", consumer.get("auto.offset.reset"));
    assertEquals("mine", consumer.get("client.id"));
    assertEquals("x", consumer.get("plug.in.of.mine"));
    assertTrue(!consumer.containsKey("linger.ms") && !consumer.containsKey("acks"));
    assertEquals(3, producer.get("linger.ms"));
    assertEquals("all", producer.get("acks"));
    assertTrue(!producer.containsKey("max.poll.records"));
    assertEquals("weir", ClientProperties.admin(BROKER).get("client.id"));
  }

  private static void settings(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(BROKER);
    properties.putAll(more);
    assertEquals(1, IngestSettings.of(properties, List.of(FILMS)).feeds().size());
  }

  private static CollectionFeed feed(String collection, String topic) {
    return CollectionFeed.of(collection, topic, RecordFormat.JSON);
  }

  private static void assertRefused(String named, Runnable settings) {
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, settings::run);
    assertTrue(String.valueOf(refused.getMessage()).contains(named), refused.getMessage());
  }
}
