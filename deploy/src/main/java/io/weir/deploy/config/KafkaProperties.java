package io.weir.deploy.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Judges the properties that are handed to the Kafka clients as they are. */
final class KafkaProperties {

  /** What Weir has to set itself, and why. */
  private static final Map<String, String> TAKEN =
      Map.of(
          "bootstrap.servers", "it is the setting kafka.bootstrap-servers",
          "enable.auto.commit", "Weir keeps its position in its own files",
          "auto.offset.reset", "Weir stops rather than skip records",
          "isolation.level", "Weir reads committed records only",
          "key.deserializer", "Weir decodes the bytes itself",
          "value.deserializer", "Weir decodes the bytes itself",
          "key.serializer", "rejected records keep their bytes",
          "value.serializer", "rejected records keep their bytes");

  private KafkaProperties() {}

  /**
   * Returns what is wrong with a property, to be read after its key, or nothing. Kafka's plug-ins
   * have properties that it does not know, so only a name that is nearly one of its own is refused.
   */
  static Optional<String> problemWith(String name) {
    String reason = TAKEN.get(name);
    if (reason != null) {
      return Optional.of("cannot be set: " + reason);
    }
    Set<String> known = known();
    return known.contains(name)
        ? Optional.empty()
        : Suggestion.of(name, known)
            .map(meant -> "is not a property of Kafka clients; did you mean " + meant + "?");
  }

  private static Set<String> known() {
    return Stream.of(
            ConsumerConfig.configNames(),
            ProducerConfig.configNames(),
            AdminClientConfig.configNames())
        .flatMap(Set::stream)
        .collect(Collectors.toSet());
  }
}
