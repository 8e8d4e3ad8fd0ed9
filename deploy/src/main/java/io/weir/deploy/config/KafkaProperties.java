package io.weir.deploy.config;

import io.weir.ingest.Assignment;
import io.weir.ingest.IngestSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Judges the properties that are handed to the Kafka clients as they are. */
final class KafkaProperties {

  private static final String ANY_SERVER = "localhost:9092";

  private KafkaProperties() {}

  /** Returns what is wrong with a property, if anything. */
  static Optional<String> problemWith(String name, String value, Assignment assignment) {
    if (name.equals(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
      return Optional.of("set it as " + Settings.BOOTSTRAP_SERVERS.key());
    }
    return misspelling(name).or(() -> refusal(name, value, assignment));
  }

  /**
   * Kafka's plug-ins have properties of their own, so only what is nearly a known one is refused.
   */
  private static Optional<String> misspelling(String name) {
    Set<String> known =
        Stream.of(
                ConsumerConfig.configNames(),
                ProducerConfig.configNames(),
                AdminClientConfig.configNames())
            .flatMap(Set::stream)
            .collect(Collectors.toSet());
    return known.contains(name)
        ? Optional.empty()
        : Suggestion.of(name, known)
            .map(meant -> "Kafka clients have no such property; did you mean " + meant + "?");
  }

  /** Ingest knows what it must set itself, and Kafka knows what its properties take. */
  private static Optional<String> refusal(String name, String value, Assignment assignment) {
    Map<String, Object> alone =
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, ANY_SERVER, name, value);
    try {
      var _ = IngestSettings.of(alone, List.of()).withAssignment(assignment);
      return Optional.empty();
    } catch (IllegalArgumentException refused) {
      return Optional.of(
          Secrets.isSecret(name) ? "Kafka refuses it" : String.valueOf(refused.getMessage()));
    }
  }
}
