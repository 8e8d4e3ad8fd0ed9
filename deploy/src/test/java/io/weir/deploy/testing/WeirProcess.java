package io.weir.deploy.testing;

import io.weir.deploy.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** How long a start or a stop may take on a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 20;
  private static final Pattern ADDRESS = Pattern.compile("answering on http://[^ ]*:(\\d+)\\R");

  private final Process process;
  private final Path output;

  private WeirProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
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
    Path output = Files.createTempFile("weir-", ".log");
    output.toFile().deleteOnExit();
    List<String> command = new ArrayList<>();
    command.add(Path.of(property("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-ea",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(List.of(javaFlags));
    command.addAll(
        List.of(
            "-cp",
            property("java.class.path"),
            Main.class.getName(),
            "serve",
            "--config",
            config.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
    builder.environment().putAll(environment);
    return new WeirProcess(builder.start(), output);
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
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
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!holds.getAsBoolean()) {
      if (!process.isAlive()) {
        throw new AssertionError(
            "ended with " + process.exitValue() + " before " + condition + ":\n" + output());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not after " + LIMIT + ": " + condition + ":\n" + output());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** Sends SIGKILL and waits until the process is gone. */
  public void kill() {
    process.toHandle().destroyForcibly();
    awaitExit();
  }

  /** Sends SIGTERM and returns the exit code. */
  public int stop() {
    process.toHandle().destroy();
    return awaitExit();
  }

  /** Waits until it has ended by itself, and returns the exit code. */
  public int awaitExit() {
    try {
      return process.onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).exitValue();
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("still runs after " + LIMIT + ":\n" + output(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it runs:\n" + output(), e);
    }
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns what it has written so far. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      kill();
    }
  }
}
