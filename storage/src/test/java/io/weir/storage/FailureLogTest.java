package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureLogTest {
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  private FailureLog log() {
    LoggerContext context = new LoggerContext();
    Logger logger = context.getLogger("test");
    logger.setLevel(Level.INFO);
    events.start();
    logger.addAppender(events);
    return new FailureLog(logger);
  }

  private List<String> told() {
    return events.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  @Test
  void aFailureThatLastsIsToldOnceAndSoIsItsEnd() {
    FailureLog log = log();
    for (int second = 0; second < 20; second++) {
      log.tell("docs/0", Optional.of("the disk is full"));
      log.tell("docs/1", Optional.empty());
    }
    log.tell("docs/0", Optional.empty());
    log.tell("docs/0", Optional.empty());
    assertEquals(
        List.of(
            "ERROR checkpoint of docs/0 failed, it is tried again each second: the disk is full",
            "INFO checkpoints of docs/0 succeed again"),
        told());
  }

  @Test
  void aFailureThatComesBackIsToldAgain() {
    FailureLog log = log();
    log.tell("docs/0", Optional.of("first"));
    log.tell("docs/0", Optional.empty());
    log.tell("docs/0", Optional.of("second"));
    assertEquals(3, told().size());
  }
}
