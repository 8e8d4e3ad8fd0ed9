package io.weir.deploy.config;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The Kafka cluster that feeds the collections.
 *
 * @param bootstrapServers addresses to find the cluster by: {@code host:port[,host:port...]}
 * @param properties further properties of the Kafka clients, as Kafka names them; may hold secrets
 */
public record KafkaConfig(String bootstrapServers, Map<String, String> properties) {

  /** Copies the properties. */
  public KafkaConfig {
    properties = Map.copyOf(properties);
  }

  /** Returns the settings with secrets hidden. */
  @Override
  public String toString() {
    SortedMap<String, String> shown = new TreeMap<>();
    properties.forEach((key, value) -> shown.put(key, Secrets.shown(key, value)));
    return "KafkaConfig[bootstrapServers=" + bootstrapServers + ", properties=" + shown + "]";
  }
}
