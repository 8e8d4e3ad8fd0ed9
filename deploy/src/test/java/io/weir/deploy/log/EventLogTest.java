package io.weir.deploy.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log of events, as the file that is packaged makes it. */
class EventLogTest {

  private final LoggerContext context = new LoggerContext();

  @BeforeEach
  void configure() throws Exception {
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Objects.requireNonNull(getClass().getResource("/logback.xml")));
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private String line(String message, Object... arguments) {
    Logger root = context.getLogger("ROOT");
    OutputStreamAppender<ILoggingEvent> console =
        (OutputStreamAppender<ILoggingEvent>) root.getAppender("console");
    Encoder<ILoggingEvent> encoder = console.getEncoder();
    LoggingEvent event =
        new LoggingEvent(
            "here", context.getLogger("io.weir.Some"), Level.WARN, message, null, arguments);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void anEventIsALine() {
    String line = line("collection {}: größer 価格 \\ 'quoted'", "docs");

    assertTrue(
        line.endsWith("WARN  Some             collection docs: größer 価格 \\ 'quoted'\n"), line);
  }

  @Test
  void whatOthersHaveSentCannotEndIt() {
    String line =
        line(
            "rejected: {}",
            "a\r\n12:00:00.000 INFO forged\u001b[2J\u0085b\u2028c\u2029d\te\u009bf");

    assertEquals(1, line.lines().count(), line);
    assertTrue(line.endsWith("rejected: a??12:00:00.000 INFO forged?[2J?b?c?d?e?f\n"), line);
  }
}
