package io.weir.deploy.testing;

import io.weir.deploy.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Weir in a process of its own, started as the launcher starts it, with the class path of the
 * test. It can be told to stop, and killed.
 *
 * <p>Its output goes to a temporary file; every wait has a bound and shows the output when it is
 * passed.
 *
 * <p><b>Ownership:</b> {@link #close} kills the process if it still runs.
 */
public final class WeirProcess implements AutoCloseable {

  private static final List<String> FLAGS =
      List.of(
          "--add-modules",
          "jdk.incubator.vector",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final Pattern ADDRESS = Pattern.compile("answering on http://[^ ]*:(\\d+)\\R");

  private final JavaProcess process;

  private WeirProcess(JavaProcess process) {
    this.process = process;
  }

  /**
   * Starts {@code serve} and returns at once.
   *
   * @param config a configuration file; port 0 is best
   * @param environment variables to set for it
   * @param javaFlags further flags, such as {@code -Xmx256m}
   */
  public static WeirProcess serve(Path config, Map<String, String> environment, String... javaFlags)
      throws IOException {
    return new WeirProcess(
        JavaProcess.start(
            Main.class,
            environment,
            Stream.concat(FLAGS.stream(), Stream.of(javaFlags)).toList(),
            List.of("serve", "--config", config.toString())));
  }

  /**
   * How a command has ended.
   *
   * @param output of both streams
   */
  public record Ended(int exitCode, String output) {}

  /** Runs a command to its end, as {@code deploy/weir} does. */
  public static Ended run(String... arguments) throws IOException {
    try (JavaProcess process =
        JavaProcess.start(
            Main.class, Map.of(), List.of("-XX:TieredStopAtLevel=1"), List.of(arguments))) {
      int exitCode = process.awaitExit();
      return new Ended(exitCode, process.output());
    }
  }

  /** Waits until it answers over HTTP, and returns how to ask it. */
  public Http awaitServing() throws InterruptedException {
    await("it answers", () -> ADDRESS.matcher(output()).find());
    Matcher matcher = ADDRESS.matcher(output());
    if (!matcher.find()) {
      throw new AssertionError("no address in\n" + output());
    }
    return new Http(Integer.parseInt(output(), matcher.start(1), matcher.end(1), 10));
  }

  /** Waits until it has caught up with its topics, and returns how to ask it. */
  public Http awaitReady() throws InterruptedException {
    Http http = awaitServing();
    await("it is ready", () -> isReady(http));
    return http;
  }

  private static boolean isReady(Http http) {
    try {
      return http.get("/readyz").statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits until a condition holds; fails if the process ends before, or the bound is passed. */
  public void await(String condition, BooleanSupplier holds) throws InterruptedException {
    process.await(condition, holds);
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void kill() {
    process.kill();
  }

  /** Sends SIGTERM and returns the exit code. */
  public int stop() {
    return process.stop();
  }

  /** Waits until it has ended by itself, and returns the exit code. */
  public int awaitExit() {
    return process.awaitExit();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the number that the system gave it. */
  public long pid() {
    return process.pid();
  }

  /** Returns what it has written so far. */
  public String output() {
    return process.output();
  }

  @Override
  public void close() {
    process.close();
  }
}
