package io.weir.bench.os;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A class of this class path in a Java process of its own, which is asked in lines and answers in
 * lines.
 *
 * <p>The class ends when its standard input does: it so ends with {@link #close}, and by itself
 * when this process is killed. One that does not is killed.
 *
 * <p><b>Threads:</b> one at a time.
 */
public final class JavaProcess implements AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
  private static final Duration END_LIMIT = Duration.ofMinutes(1);

  private final String name;
  private final Process process;
  private final Path errors;
  private final Writer questions;

  /** Empty is the end. */
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();

  private JavaProcess(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
  }

  /**
   * Starts {@code main} with this process's Java, class path and module flags.
   *
   * @param flags further flags for Java
   * @param errors a file that gets its standard error
   */
  public static JavaProcess start(
      Class<?> main, List<String> flags, List<String> arguments, Path errors) throws IOException {
    return start(main.getSimpleName(), command(main, flags, arguments), errors);
  }

  /**
   * Starts another program that is asked and ends in the same way.
   *
   * @param name what messages call it
   * @param errors a file that gets its standard error
   */
  public static JavaProcess start(String name, List<String> command, Path errors)
      throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(Redirect.to(errors.toFile())).start();
    JavaProcess started = new JavaProcess(name, process, errors);
    Thread.ofVirtual().name("bench-answers").start(started::listen);
    return started;
  }

  /** The command that {@link #start} runs. */
  public static List<String> command(Class<?> main, List<String> flags, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(ownFlags("--"));
    command.addAll(flags);
    String classPath = ManagementFactory.getRuntimeMXBean().getClassPath();
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** The flags that this process was started with, of those that begin so. */
  public static List<String> ownFlags(String prefix) {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith(prefix))
        .toList();
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        answers.add(Optional.of(line));
      }
    } catch (IOException | UncheckedIOException e) {
      // The process is gone; whoever waits for an answer hears of the end.
    } finally {
      answers.add(Optional.empty());
    }
  }

  /** The process's id. */
  public long pid() {
    return process.pid();
  }

  /** Sends a line and returns the next one that comes. */
  public String ask(String line) throws IOException, InterruptedException {
    questions.write(line + "\n");
    questions.flush();
    return answer();
  }

  /**
   * Waits for a line.
   *
   * @throws IOException if the process ends before, or takes two minutes
   */
  public String answer() throws IOException, InterruptedException {
    Optional<String> answer = answers.poll(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    if (answer == null || answer.isEmpty()) {
      throw new IOException(
          name
              + (answer == null ? " does not answer: " : " has ended: ")
              + Files.readString(errors).strip());
    }
    return answer.get();
  }

  @Override
  public void close() {
    try {
      questions.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
