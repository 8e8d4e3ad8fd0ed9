package io.weir.api.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** What one logger is told from when this is made until it is closed; nobody else hears it. */
public final class LogLines implements AutoCloseable {

  private final Logger logger;
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  /** Begins to listen. */
  public LogLines(String name) {
    logger = (Logger) LoggerFactory.getLogger(name);
    events.start();
    logger.setAdditive(false);
    logger.setLevel(ch.qos.logback.classic.Level.INFO);
    logger.addAppender(events);
  }

  /** The fields of each line so far. */
  public List<Map<String, Object>> lines() {
    return List.copyOf(events.list).stream().map(LogLines::fields).toList();
  }

  /** The message of each line so far. */
  public List<String> messages() {
    return List.copyOf(events.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /** Returns the fields of the next line, the number of lines before it being known. */
  public Map<String, Object> await(int before) {
    Eventually.holds("line " + before + " is written", () -> events.list.size() > before);
    return lines().get(before);
  }

  private static Map<String, Object> fields(ILoggingEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> fields.put(pair.key, pair.value));
    }
    return fields;
  }

  @Override
  public void close() {
    logger.detachAppender(events);
    logger.setAdditive(true);
    logger.setLevel(null);
  }
}
