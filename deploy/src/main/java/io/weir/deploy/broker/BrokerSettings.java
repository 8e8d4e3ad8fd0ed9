package io.weir.deploy.broker;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import kafka.server.KafkaConfig;

/**
 * The broker's configuration: one node, loopback, everything replicated once, small and quick.
 *
 * <p>Records stay until their topic is deleted: a demo folder that is started again after a holiday
 * still has everything. Internal topics have one partition each, which makes starting quick.
 */
final class BrokerSettings {

  /** How long starting may take before it is called failed. */
  static final int MAX_STARTUP_MILLIS = 60_000;

  /**
   * After this time without a heartbeat a broker counts as gone. A broker that was killed is let in
   * again only then, so a restart after a crash waits for it; Kafka's 9 s would be most of it.
   */
  private static final int SESSION_MILLIS = 3_000;

  private static final int HEARTBEAT_MILLIS = 500;

  /** Kafka's 128 MiB for the log cleaner would be the largest thing in a small heap. */
  private static final int CLEANER_BUFFER_BYTES = 4 << 20;

  /** A topic with a bound would go beyond it for Kafka's 5 min. */
  private static final int RETENTION_CHECK_MILLIS = 10_000;

  private BrokerSettings() {}

  static KafkaConfig of(BrokerFolder folder, LoopbackListeners listeners) throws IOException {
    String broker = "127.0.0.1:" + listeners.port(LoopbackListeners.BROKER);
    String controller = "127.0.0.1:" + listeners.port(LoopbackListeners.CONTROLLER);
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(BrokerFolder.NODE_ID));
    settings.put("controller.quorum.voters", BrokerFolder.NODE_ID + "@" + controller);
    settings.put("controller.listener.names", LoopbackListeners.CONTROLLER);
    settings.put("inter.broker.listener.name", LoopbackListeners.BROKER);
    settings.put("listener.security.protocol.map", "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("listeners", "BROKER://" + broker + ",CONTROLLER://" + controller);
    settings.put("advertised.listeners", "BROKER://" + broker);
    settings.put("log.dirs", folder.logDirectory().toString());
    settings.put("server.max.startup.time.ms", Integer.toString(MAX_STARTUP_MILLIS));
    settings.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
    settings.put("broker.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS));
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("log.retention.ms", "-1");
    settings.put("log.retention.check.interval.ms", Integer.toString(RETENTION_CHECK_MILLIS));
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(CLEANER_BUFFER_BYTES));
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    return new KafkaConfig(settings, false);
  }
}
