package io.weir.deploy.broker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Sends all messages of Kafka's classes to a file instead of the console: a starting broker says
 * more than a thousand lines. Broker and clients share classes and so loggers; in a process that
 * has its broker inside, the clients' messages go to the same file.
 *
 * <p>At most {@value #FILES} files of {@value #FILE_BYTES} bytes. Logback is what this product logs
 * with; nothing else may be bound to SLF4J.
 */
final class BrokerLog implements AutoCloseable {

  static final long FILE_BYTES = 4L << 20;
  static final int FILES = 2;

  /** Kafka 4 logs by class name, except for this one. */
  private static final List<String> KAFKA_LOGGERS =
      List.of("kafka", "org.apache.kafka", "state.change.logger");

  private final List<Logger> loggers;
  private final RollingFileAppender<ILoggingEvent> appender;

  private BrokerLog(List<Logger> loggers, RollingFileAppender<ILoggingEvent> appender) {
    this.loggers = loggers;
    this.appender = appender;
  }

  /** Opens the file, appending to what is there. */
  static BrokerLog to(Path file) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    RollingFileAppender<ILoggingEvent> appender = appender(context, file);
    List<Logger> loggers = KAFKA_LOGGERS.stream().map(context::getLogger).toList();
    for (Logger logger : loggers) {
      logger.setLevel(Level.INFO);
      logger.setAdditive(false);
      logger.addAppender(appender);
    }
    return new BrokerLog(loggers, appender);
  }

  private static RollingFileAppender<ILoggingEvent> appender(LoggerContext context, Path file) {
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("broker " + file);
    appender.setFile(file.toString());

    FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
    window.setContext(context);
    window.setParent(appender);
    window.setFileNamePattern(file + ".%i");
    window.setMinIndex(1);
    window.setMaxIndex(FILES - 1);
    window.start();

    SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
    size.setContext(context);
    size.setMaxFileSize(new FileSize(FILE_BYTES));
    size.start();

    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0} %msg%n");
    encoder.start();

    appender.setRollingPolicy(window);
    appender.setTriggeringPolicy(size);
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }

  /** Closes the file. The loggers stay off the console: threads of a stopped broker speak late. */
  @Override
  public void close() {
    for (Logger logger : loggers) {
      logger.detachAppender(appender);
    }
    appender.stop();
  }
}
