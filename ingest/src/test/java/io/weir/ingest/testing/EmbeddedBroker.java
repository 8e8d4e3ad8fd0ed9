package io.weir.ingest.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker in this process: one KRaft node on loopback, its log in a given folder. */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;
  private static final long LIMIT_SECONDS = 60;

  private final String bootstrapServers;
  private final KafkaRaftServer server;
  private final Admin admin;

  /** Formats the folder and starts; ready when it returns. */
  public EmbeddedBroker(Path folder) throws Exception {
    int[] ports = freePorts();
    bootstrapServers = "127.0.0.1:" + ports[0];
    Map<String, Object> properties = new HashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", NODE);
    properties.put("controller.quorum.voters", NODE + "@127.0.0.1:" + ports[1]);
    properties.put("controller.listener.names", "CONTROLLER");
    properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
    properties.put(
        "listeners", "PLAINTEXT://127.0.0.1:" + ports[0] + ",CONTROLLER://127.0.0.1:" + ports[1]);
    properties.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + ports[0]);
    properties.put("log.dirs", folder.toString());
    properties.put("auto.create.topics.enable", false);
    properties.put("offsets.topic.replication.factor", (short) 1);
    properties.put("offsets.topic.num.partitions", 1);
    properties.put("transaction.state.log.replication.factor", (short) 1);
    properties.put("transaction.state.log.min.isr", 1);
    properties.put("transaction.state.log.num.partitions", 1);
    properties.put("log.retention.check.interval.ms", 500L);
    properties.put("log.initial.task.delay.ms", 500L);
    format(folder);
    server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** A client of this broker's, closed with it. */
  public Admin admin() {
    return admin;
  }

  /** Makes a topic with these settings. */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    done(
        admin
            .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
            .all());
  }

  /** Deletes a topic. */
  public void deleteTopic(String name) {
    done(admin.deleteTopics(List.of(name)).all());
  }

  /** Raises the number of a topic's partitions. */
  public void addPartitions(String topic, int total) {
    done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all());
  }

  @Override
  public void close() {
    admin.close();
    server.shutdown();
    server.awaitShutdown();
  }

  /** Waits for an administrative request, with a bound. */
  public static <T> T done(KafkaFuture<T> request) {
    try {
      return request.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static void format(Path folder) throws Exception {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(nowhere)
          .setClusterId(Uuid.randomUuid().toString())
          .setNodeId(NODE)
          .addDirectory(folder.toString())
          .setMetadataLogDirectory(folder.toString())
          .setControllerListenerName("CONTROLLER")
          .run();
    }
  }

  /** Both are held until both are known, so that they differ. */
  private static int[] freePorts() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      int[] ports = new int[2];
      for (int i = 0; i < ports.length; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        held.add(socket);
        ports[i] = socket.getLocalPort();
      }
      return ports;
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }
}
