package io.weir.deploy.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A broker in a process of its own, which can be killed and started again in the same folder and on
 * the same port.
 *
 * <p><b>Ownership:</b> {@link #close} kills the process if it still runs; it also ends when the
 * process of the test does.
 */
public final class BrokerProcess implements AutoCloseable {

  static final String STARTED = "broker takes clients on port ";
  private static final Pattern PORT = Pattern.compile(Pattern.quote(STARTED) + "(\\d+)\\.");

  private final Path folder;
  private final int port;
  private JavaProcess process;

  private BrokerProcess(Path folder, JavaProcess process, int port) {
    this.folder = folder;
    this.process = process;
    this.port = port;
  }

  /** Starts a broker on a free port, and returns when clients can use it. */
  public static BrokerProcess start(Path folder) throws IOException, InterruptedException {
    JavaProcess process = launch(folder, 0);
    try {
      return new BrokerProcess(folder, process, awaitPort(process));
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  private static JavaProcess launch(Path folder, int port) throws IOException {
    return JavaProcess.start(
        BrokerMain.class,
        Map.of(),
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
        List.of(folder.toString(), Integer.toString(port)));
  }

  private static int awaitPort(JavaProcess process) throws InterruptedException {
    process.await("the broker has started", () -> PORT.matcher(process.output()).find());
    Matcher matcher = PORT.matcher(process.output());
    if (!matcher.find()) {
      throw new AssertionError("no port in\n" + process.output());
    }
    return Integer.parseInt(process.output(), matcher.start(1), matcher.end(1), 10);
  }

  /** What a client's {@code bootstrap.servers} must be, for all its lives. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void kill() {
    process.kill();
  }

  /** Starts it again after a kill, and returns when clients can use it. */
  public void restart() throws IOException, InterruptedException {
    process = launch(folder, port);
    awaitPort(process);
  }

  @Override
  public void close() {
    process.close();
  }
}
