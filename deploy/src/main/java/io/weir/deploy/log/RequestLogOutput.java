package io.weir.deploy.log;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.weir.deploy.config.LogConfig;
import io.weir.deploy.config.LogConfig.Target;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Sends the logs of requests where the settings say, from its opening until it is closed.
 *
 * <p>A request never waits for its line: lines are written by a thread of their own, and when
 * {@link #QUEUE} of them wait, because nobody reads the pipe, further ones are dropped.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> owns the threads that write.
 */
public final class RequestLogOutput implements AutoCloseable {

  /** Lines that wait to be written, at most. */
  static final int QUEUE = 8_192;

  private static final int FLUSH_MILLIS = 5_000;

  private final List<Output> outputs = new ArrayList<>();

  private RequestLogOutput() {}

  /** One logger and who writes its lines. */
  private record Output(Logger logger, AsyncAppender appender) {}

  /** Begins to write. */
  public static RequestLogOutput open(LogConfig config) {
    RequestLogOutput output = new RequestLogOutput();
    output.send("weir.access", config.access());
    output.send("weir.slow-query", config.slowQueries());
    return output;
  }

  private void send(String name, Target target) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Logger logger = context.getLogger(name);
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    switch (target) {
      case NONE -> logger.setLevel(Level.OFF);
      case STDOUT -> outputs.add(attach(context, logger, "System.out"));
      case STDERR -> outputs.add(attach(context, logger, "System.err"));
    }
  }

  private static Output attach(LoggerContext context, Logger logger, String stream) {
    JsonLines lines = new JsonLines();
    lines.setContext(context);
    lines.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName(logger.getName());
    console.setTarget(stream);
    console.setEncoder(lines);
    console.start();
    AsyncAppender appender = new AsyncAppender();
    appender.setContext(context);
    appender.setName(logger.getName());
    appender.setQueueSize(QUEUE);
    appender.setDiscardingThreshold(0);
    appender.setNeverBlock(true);
    appender.setMaxFlushTime(FLUSH_MILLIS);
    appender.addAppender(console);
    appender.start();
    logger.addAppender(appender);
    return new Output(logger, appender);
  }

  /** Writes what waits, within some seconds, and ends. */
  @Override
  public synchronized void close() {
    for (Output output : outputs) {
      output.logger().detachAppender(output.appender());
      output.appender().stop();
    }
    outputs.clear();
  }
}
