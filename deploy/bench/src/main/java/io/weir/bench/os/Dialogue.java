package io.weir.bench.os;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The other side of a {@link JavaProcess}: answers lines until there are none.
 *
 * <p><b>Threads:</b> one.
 */
public final class Dialogue {
  private final BufferedReader questions =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final PrintWriter answers =
      new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  /** With this process's standard input and output. */
  public Dialogue() {}

  /** Answers a line with a line. */
  @FunctionalInterface
  public interface Answer {
    /** Returns the answer to a line that has been cut at its spaces. */
    String to(String[] words) throws Exception;
  }

  /** Says a line, then answers every line that comes, word by word, until the input ends. */
  public void run(String first, Answer answer) throws Exception {
    answers.println(first);
    for (String line = next(); line != null; line = next()) {
      answers.println(answer.to(line.split(" ", -1)));
    }
  }

  @SuppressWarnings("NullAway") // null is the end, as the reader has it
  private String next() throws IOException {
    return questions.readLine();
  }
}
