package io.weir.bench.feed;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The other side of a {@link io.weir.bench.os.JavaProcess}: answers lines until there are none. */
final class Dialogue {
  private final BufferedReader questions =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final PrintWriter answers =
      new PrintWriter(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  /** Answers a line with a line. */
  @FunctionalInterface
  interface Answer {
    String to(String[] words) throws Exception;
  }

  /** Says a line, then answers every line that comes, word by word, until the input ends. */
  void run(String first, Answer answer) throws Exception {
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
