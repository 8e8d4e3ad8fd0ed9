package io.weir.deploy.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The Kafka cluster that feeds the collections.
 *
 * @param bootstrapServers addresses to find the cluster by: {@code host:port[,host:port...]}
 * @param properties further properties of the Kafka clients, as Kafka names them; may hold secrets
 * @param offsetsGroupId a consumer group whose offsets follow what is durable, for lag tools
 */
public record KafkaConfig(
    String bootstrapServers, Map<String, String> properties, Optional<String> offsetsGroupId) {

  /** Copies the properties. */
  public KafkaConfig {
    properties = Map.copyOf(properties);
  }

  /** Commits no offsets. */
  public KafkaConfig(String bootstrapServers, Map<String, String> properties) {
    this(bootstrapServers, properties, Optional.empty());
  }

  /**
   * Returns what a client of the commands gets: the addresses and, of the properties, those that it
   * knows and those that no client knows, which may belong to a plug-in.
   *
   * @param known the names that the client knows
   */
  public Map<String, Object> forClient(Set<String> known) {
    Set<String> ofOthers = new HashSet<>(ConsumerConfig.configNames());
    ofOthers.addAll(ProducerConfig.configNames());
    ofOthers.addAll(AdminClientConfig.configNames());
    ofOthers.removeAll(known);
    Map<String, Object> all = new HashMap<>(properties);
    all.keySet().removeAll(ofOthers);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return all;
  }

  /** Returns the settings with secrets hidden. */
  @Override
  public String toString() {
    SortedMap<String, String> shown = new TreeMap<>();
    properties.forEach((key, value) -> shown.put(key, Secrets.shown(key, value)));
    return "KafkaConfig[bootstrapServers="
        + bootstrapServers
        + ", properties="
        + shown
        + ", offsetsGroupId="
        + offsetsGroupId
        + "]";
  }
}
