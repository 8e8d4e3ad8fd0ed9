package io.weir.bench.feed;

import io.weir.bench.os.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Kafka broker in a process of its own: its memory and its pauses are not Weir's. */
public final class BrokerProcess implements AutoCloseable {
  /** How many partitions the topics of the benches have. */
  public static final int PARTITIONS = 4;

  private static final List<String> JVM = List.of("-Xms256m", "-Xmx1g");

  private final JavaProcess process;
  private final String bootstrapServers;

  private BrokerProcess(JavaProcess process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts a broker that keeps its data in a folder, and waits until it takes requests. */
  @SuppressWarnings("MustBeClosedChecker") // the process moves into the returned object
  public static BrokerProcess start(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    JavaProcess process =
        JavaProcess.start(
            BrokerMain.class, JVM, List.of(folder.toString()), folder.resolve("stderr"));
    try {
      return new BrokerProcess(process, process.answer());
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  /** What a client's {@code bootstrap.servers} must be. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /**
   * Makes a topic of {@link #PARTITIONS} partitions that can be written to.
   *
   * @param config settings of the topic as {@code name=value}
   */
  public void createTopic(String name, String... config) throws IOException, InterruptedException {
    process.ask((name + " " + PARTITIONS + " " + String.join(" ", config)).strip());
  }

  @Override
  public void close() {
    process.close();
  }
}
