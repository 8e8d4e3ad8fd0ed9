package io.weir.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final StringWriter text = new StringWriter();

  private void run(boolean terminal) {
    try (Progress progress = Progress.to(new PrintWriter(text), terminal)) {
      progress.begin("writing", 10);
      progress.reach(5);
      progress.begin("reading", 10);
      progress.reach(10);
    }
  }

  @Test
  void aLogGetsALineAPart() {
    run(false);
    assertEquals(List.of("writing", "reading"), text.toString().lines().toList());
  }

  @Test
  void aTerminalGetsABarAPartRedrawnInPlace() {
    run(true);
    String shown = text.toString();
    assertTrue(shown.contains("\rwriting"), shown);
    assertTrue(shown.contains("\rreading 100%"), shown);
    assertEquals(2, shown.chars().filter(each -> each == '\n').count(), shown);
    assertFalse(shown.contains("\u001b"), shown);
  }
}
