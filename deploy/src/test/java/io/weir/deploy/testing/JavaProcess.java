package io.weir.deploy.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
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

/**
 * A Java program in a process of its own, with the class path of the test. It can be told to stop,
 * and killed.
 *
 * <p>Its output goes to a temporary file; every wait has a bound and shows the output when it is
 * passed. Its input is a pipe that ends when the process of the test does.
 *
 * <p><b>Ownership:</b> {@link #close} kills the process if it still runs.
 */
final class JavaProcess implements AutoCloseable {

  /** How long anything may take on a busy machine. */
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path output;

  private JavaProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a program and returns at once.
   *
   * @param environment variables to set for it; those of Weir are not handed on
   * @param flags of the Java machine, such as {@code -Xmx256m}
   */
  static JavaProcess start(
      Class<?> main, Map<String, String> environment, List<String> flags, List<String> arguments)
      throws IOException {
    Path output = Files.createTempFile("weir-", ".log");
    output.toFile().deleteOnExit();
    List<String> command = new ArrayList<>();
    command.add(Path.of(property("java.home"), "bin", "java").toString());
    command.addAll(List.of("-ea", "-XX:+ExitOnOutOfMemoryError"));
    command.addAll(flags);
    command.addAll(List.of("-cp", property("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("WEIR_"));
    builder.environment().putAll(environment);
    return new JavaProcess(builder.start(), output);
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  /** Waits until a condition holds; fails if the process ends before, or the bound is passed. */
  void await(String condition, BooleanSupplier holds) throws InterruptedException {
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
  void kill() {
    process.toHandle().destroyForcibly();
    awaitExit();
  }

  /** Sends SIGTERM and returns the exit code. */
  int stop() {
    process.toHandle().destroy();
    return awaitExit();
  }

  /** Waits until it has ended by itself, and returns the exit code. */
  int awaitExit() {
    try {
      return process.onExit().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS).exitValue();
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError("still runs after " + LIMIT + ":\n" + output(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it runs:\n" + output(), e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Returns what it has written so far; a character that is there by half is replaced. */
  String output() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
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
