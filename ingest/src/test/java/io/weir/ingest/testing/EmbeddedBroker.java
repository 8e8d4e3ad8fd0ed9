package io.weir.ingest.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
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
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.metadata.storage.Formatter;

/** A real broker in this process: one KRaft node on loopback, its log in a given folder. */
public final class EmbeddedBroker implements AutoCloseable {
  private static final int NODE = 1;
  private static final long LIMIT_SECONDS = 60;

  private final Path folder;
  private final int[] ports;
  private final String bootstrapServers;
  private final KafkaRaftServer server;
  private final Admin admin;

  /** Formats the folder and starts; ready when it returns. */
  public EmbeddedBroker(Path folder) throws Exception {
    this(folder, freePorts(), true);
  }

  private EmbeddedBroker(Path folder, int[] ports, boolean isNew) throws Exception {
    this.folder = folder;
    this.ports = ports;
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
    // Groups of either protocol settle within a second or two.
    properties.put("group.initial.rebalance.delay.ms", 100);
    properties.put("group.consumer.min.heartbeat.interval.ms", 300);
    properties.put("group.consumer.heartbeat.interval.ms", 300);
    properties.put("log.cleaner.backoff.ms", 200L);
    // The default is an eighth of the heap that tests have.
    properties.put("log.cleaner.dedupe.buffer.size", 4L << 20);
    // Everybody may do everything that nobody is denied.
    properties.put("authorizer.class.name", StandardAuthorizer.class.getName());
    properties.put("allow.everyone.if.no.acl.found", true);
    if (isNew) {
      format(folder);
    }
    server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /**
   * Stops it, lets somebody change its files, and starts it again at the same address.
   *
   * @return the broker that is there now; this one is gone
   */
  public EmbeddedBroker restarted(ThrowingConsumer change) throws Exception {
    close();
    change.accept(folder);
    return new EmbeddedBroker(folder, ports, false);
  }

  /** Does something with a folder. */
  @FunctionalInterface
  public interface ThrowingConsumer {
    /** Does it. */
    void accept(Path folder) throws Exception;
  }

  /** For {@code bootstrap.servers}. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** A client of this broker's, closed with it. */
  public Admin admin() {
    return admin;
  }

  /** Makes a topic with these settings; it can be written to when this returns. */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    done(
        admin
            .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
            .all());
    awaitLeaders(name, partitions);
  }

  /** Deletes a topic; the broker knows nothing of it any more when this returns. */
  public void deleteTopic(String name) {
    done(admin.deleteTopics(List.of(name)).all());
    Await.until("the end of " + name, () -> isUnknown(name));
  }

  private boolean isUnknown(String topic) {
    try {
      var _ =
          admin.describeTopics(List.of(topic)).allTopicNames().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Damages the batch of the log's first segment that has this text: its checksum is wrong. */
  public void damage(String topic, int partition, String text) throws IOException {
    Path log = folder.resolve(topic + "-" + partition).resolve("00000000000000000000.log");
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      byte[] all = new byte[(int) file.length()];
      file.readFully(all);
      int at = new String(all, StandardCharsets.ISO_8859_1).indexOf(text);
      if (at < 0) {
        throw new AssertionError(log + " does not have " + text);
      }
      file.seek(at);
      file.write(all[at] ^ 0x20);
    }
  }

  /** Raises the number of a topic's partitions. */
  public void addPartitions(String topic, int total) {
    done(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all());
    awaitLeaders(topic, total);
  }

  /**
   * Until a broker has heard that it leads a new partition it turns requests away. Of a producer's
   * first requests it may so lose one and take the next, which the producer cannot mend
   * (KAFKA-15591): its record expires. Leaders that answer a question about offsets have heard.
   */
  private void awaitLeaders(String topic, int partitions) {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    Await.until(
        "leaders of " + topic,
        () -> {
          try {
            var _ = admin.listOffsets(all).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return true;
          } catch (ExecutionException e) {
            if (e.getCause() instanceof RetriableException) {
              return false;
            }
            throw new AssertionError(e);
          } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
          }
        });
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
