package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class FailuresTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(Failures.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
  }

  @Test
  void anExpectedProblemIsNotLogged() {
    Problem problem = Problem.of(ProblemType.UNKNOWN_KEY, "no such key");
    assertEquals(problem, Failures.problem(problem.toException(), "GET /"));
    assertEquals(0, log.list.size());
  }

  @Test
  void damageNamesTheFile() {
    Problem problem =
        Failures.problem(new CorruptFileException("1.segment", "footer", 1, 2), "GET /");
    assertEquals(ProblemType.STORAGE_DAMAGED, problem.type());
    assertEquals("1.segment is damaged at footer: expected 1, found 2", problem.detail());
  }

  @Test
  void aNewerFormatSaysWhatIsNeeded() {
    Problem problem =
        Failures.problem(new IncompatibleFormatException("1.segment", "flag 7"), "GET /");
    assertEquals(ProblemType.STORAGE_FAILED, problem.type());
    assertEquals("1.segment needs a newer Weir: flag 7", problem.detail());
  }

  @Test
  void aDiskErrorSaysWhatTheSystemSaid() {
    Problem problem = Failures.problem(new IOException("No space left on device"), "GET /");
    assertEquals(ProblemType.STORAGE_FAILED, problem.type());
    assertEquals(
        "reading or writing failed: IOException: No space left on device", problem.detail());
  }

  @Test
  void aBugIsFoundInTheLogByItsIdAndNotShown() {
    Problem problem = Failures.problem(new IllegalStateException("inside"), "GET /v1/stats");
    assertEquals(ProblemType.INTERNAL, problem.type());
    assertFalse(problem.detail().contains("inside"));
    String id = problem.members().getOrDefault("errorId", "");
    assertEquals(16, id.length());
    ILoggingEvent event = log.list.getFirst();
    assertTrue(event.getFormattedMessage().contains(id), event::getFormattedMessage);
    assertTrue(event.getFormattedMessage().contains("GET /v1/stats"), event::getFormattedMessage);
    assertEquals("inside", event.getThrowableProxy().getMessage());
  }
}
