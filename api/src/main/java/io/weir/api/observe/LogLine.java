package io.weir.api.observe;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** A line of a log that is put together field by field. */
final class LogLine {

  private static final double MICROS_PER_MILLI = 1e3;

  private LoggingEventBuilder event;

  LogLine(Logger log) {
    event = log.atInfo();
  }

  /** Adds a field whose value is Weir's own. */
  LogLine with(String name, Object value) {
    event = event.addKeyValue(name, value);
    return this;
  }

  /** Adds a field whose text comes from others. */
  LogLine withText(String name, String text) {
    return with(name, LogText.clean(text));
  }

  /** Adds a field whose text comes from others, if there is one. */
  LogLine withText(String name, Optional<String> text) {
    return text.isPresent() ? withText(name, text.get()) : this;
  }

  /** Adds a time as milliseconds, with microseconds behind the point. */
  LogLine with(String name, Duration time) {
    long micros = time.toNanos() / 1_000;
    return with(name, (Object) (micros / MICROS_PER_MILLI));
  }

  void write(String message) {
    event.log(message);
  }
}
