package io.weir.deploy.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * A single-node KRaft broker, controller included, running in this process.
 *
 * <p>It listens on loopback only. Its folder is formatted on the first start and keeps its cluster
 * id and topics from then on; ports are chosen anew on every start unless given. Topics must be
 * made before they are used, and their records are kept for good.
 *
 * <p>Kafka's messages go to {@code broker.log} in the folder. An error of the broker never ends the
 * process.
 *
 * <p><b>Threads:</b> safe to use from any thread. The broker's own threads are not daemons, so a
 * broker that is not closed keeps the process running.
 */
public final class EmbeddedBroker implements AutoCloseable {

  private static final int ADMIN_LIMIT_SECONDS = 30;
  private static final short ONE_REPLICA = 1;

  private final KafkaNode node;
  private final int port;
  private final Opened opened;

  private EmbeddedBroker(KafkaNode node, int port, Opened opened) {
    this.node = node;
    this.port = port;
    this.opened = opened;
  }

  /** Starts on free ports; see {@link #start(Path, int)}. */
  public static EmbeddedBroker start(Path folder) throws IOException {
    return start(folder, LoopbackListeners.ANY_PORT);
  }

  /**
   * Starts a broker and waits until clients can use it.
   *
   * @param folder where it keeps its data; made where it is missing
   * @param port the port for clients, or 0 for a free one
   * @throws BrokerStartException if the port is taken, another broker uses the folder, or Kafka
   *     refuses to start for another reason; nothing stays open then
   * @throws IOException if the folder cannot be written
   */
  public static EmbeddedBroker start(Path folder, int port) throws IOException {
    BrokerFolder home = new BrokerFolder(folder.toAbsolutePath());
    home.makeDirectories();
    try (Opened opened = new Opened()) {
      opened.add(FolderLock.take(home.lock()));
      LoopbackListeners listeners = opened.add(LoopbackListeners.bind(port));
      opened.add(BrokerLog.to(home.messages()));
      home.format();
      KafkaNode node = opened.add(KafkaNode.start(BrokerSettings.of(home, listeners), listeners));
      return new EmbeddedBroker(node, listeners.port(LoopbackListeners.BROKER), opened.handOver());
    }
  }

  /** What a client's {@code bootstrap.servers} must be. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The port for clients. */
  public int port() {
    return port;
  }

  /** The id that the folder's cluster got when it was formatted. */
  public String clusterId() {
    return node.clusterId();
  }

  /**
   * Makes a topic where it is missing and returns how many partitions it has; it can be written to
   * when this returns.
   *
   * @param partitions how many partitions a new topic gets; one that exists keeps its own
   * @param config topic settings of a new topic, such as {@code cleanup.policy}
   * @throws IOException if the broker refuses, or does not answer within 30 s
   */
  public int createTopic(String name, int partitions, Map<String, String> config)
      throws IOException, InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      NewTopic topic = new NewTopic(name, partitions, ONE_REPLICA).configs(config);
      try {
        int made =
            admin
                .createTopics(List.of(topic))
                .numPartitions(name)
                .get(ADMIN_LIMIT_SECONDS, TimeUnit.SECONDS);
        TopicLeaders.await(admin, name, made, Duration.ofSeconds(ADMIN_LIMIT_SECONDS));
        return made;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof TopicExistsException) {
          return partitions(admin, name);
        }
        throw e;
      }
    } catch (ExecutionException e) {
      throw new IOException("topic " + name + " cannot be made: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the broker did not make topic " + name + " in time", e);
    }
  }

  private static int partitions(Admin admin, String name)
      throws ExecutionException, InterruptedException, TimeoutException {
    return admin
        .describeTopics(List.of(name))
        .allTopicNames()
        .get(ADMIN_LIMIT_SECONDS, TimeUnit.SECONDS)
        .values()
        .iterator()
        .next()
        .partitions()
        .size();
  }

  /** Stops the broker: everything written is on the disk when this returns. Idempotent. */
  @Override
  public void close() throws IOException {
    opened.close();
  }
}
