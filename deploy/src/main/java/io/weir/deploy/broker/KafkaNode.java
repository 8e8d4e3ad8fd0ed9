package io.weir.deploy.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.SharedServer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The servers of one Kafka node: what {@code KafkaRaftServer} builds, with our own sockets and
 * fault handlers, which it does not take.
 */
final class KafkaNode implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(30);

  private final String clusterId;
  private final Metrics metrics;
  private final ControllerServer controller;
  private final BrokerServer broker;

  private KafkaNode(
      KafkaConfig config,
      MetaPropertiesEnsemble properties,
      BootstrapMetadata bootstrap,
      ServerSocketFactory sockets) {
    clusterId = properties.clusterId().orElseThrow();
    metrics = new Metrics();
    SharedServer shared =
        new SharedServer(
            config,
            properties,
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(
                QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
            List.of(),
            new BrokerFaults(),
            sockets);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap);
    broker = new BrokerServer(shared);
  }

  /** Starts both servers and waits until the broker takes requests. */
  static KafkaNode start(KafkaConfig config, ServerSocketFactory sockets) throws IOException {
    BrokerFaults.guardProcess();
    KafkaNode node;
    try {
      Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> found =
          KafkaRaftServer.initializeLogDirs(config, LOG, "");
      node = new KafkaNode(config, found._1(), found._2(), sockets);
    } catch (RuntimeException e) {
      throw failed(config, e);
    }
    try {
      node.controller.startup();
      node.broker.startup();
      return node;
    } catch (Exception e) { // Kafka's methods throw checked exceptions without declaring them
      node.close();
      throw failed(config, e);
    }
  }

  private static BrokerStartException failed(KafkaConfig config, Exception cause) {
    return new BrokerStartException(
        "the broker in " + config.logDirs().getFirst() + " did not start: " + cause.getMessage(),
        cause);
  }

  String clusterId() {
    return clusterId;
  }

  /** Stops the broker, then the controller that it reports to. */
  @Override
  public void close() {
    broker.shutdown(SHUTDOWN_LIMIT);
    controller.shutdown();
    metrics.close();
  }
}
