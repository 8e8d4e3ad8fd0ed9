package io.weir.deploy.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter text = new StringWriter();

  @Test
  void withoutATerminalPrintsOneLineAnInterval() {
    AtomicLong clock = new AtomicLong();
    try (Progress progress =
        new LineProgress(new PrintWriter(text), "jdk", "records", 20_000, 0, clock::get)) {
      for (int i = 1; i <= 20_000; i++) {
        clock.addAndGet(LineProgress.INTERVAL_NANOS / 8_000);
        progress.accept(i);
      }
    }
    assertEquals(
        List.of(
            "jdk: 8,000 of 20,000 records, 1,600 a second, 7.5 s to go",
            "jdk: 16,000 of 20,000 records, 1,600 a second, 2.5 s to go"),
        text.toString().lines().toList());
  }

  @Test
  void onATerminalRedrawsALineAndEndsIt() {
    try (Progress progress = new BarProgress(new PrintWriter(text), "jdk", "records", 2_000, 500)) {
      progress.accept(2_000);
    }
    String drawn = text.toString();
    assertTrue(drawn.startsWith("\r"), drawn);
    assertTrue(drawn.contains("100%"), drawn);
    assertTrue(drawn.contains("2000/2000 records"), drawn);
    assertEquals(1, drawn.chars().filter(c -> c == '\n').count(), drawn);
    for (String line : drawn.lines().toList()) {
      assertTrue(line.length() <= 79, line);
    }
  }
}
