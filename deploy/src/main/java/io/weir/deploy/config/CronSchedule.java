package io.weir.deploy.config;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.weir.storage.CheckpointSchedule;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * The times of a line of a Unix crontab: minute, hour, day of month, month, day of week, in a time
 * zone. Where days of both kinds are given, either will do.
 *
 * <p>Where clocks go forward, a time that is left out has no tick; where they go back, a time of a
 * day has one tick, and what comes each hour or more often goes on coming.
 *
 * <p><b>Threads:</b> any.
 *
 * @param expression as it was written
 * @param zone where the times are those of the clocks
 */
record CronSchedule(String expression, ZoneId zone) implements CheckpointSchedule {

  /** The library puts it before what is wrong with a field. */
  private static final String PREFIX = "Failed to parse cron expression. ";

  /**
   * Checks the expression.
   *
   * @throws IllegalArgumentException if it is none, or no time is ever meant; says why
   */
  CronSchedule {
    if (times(expression).nextExecution(Instant.EPOCH.atZone(zone)).isEmpty()) {
      throw new IllegalArgumentException("There is no such day");
    }
  }

  private static ExecutionTime times(String expression) {
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    try {
      return ExecutionTime.forCron(parser.parse(expression));
    } catch (IllegalArgumentException e) {
      String why = String.valueOf(e.getMessage());
      throw new IllegalArgumentException(
          why.startsWith(PREFIX) ? why.substring(PREFIX.length()) : why, e);
    }
  }

  @Override
  public Optional<Instant> next(Instant after) {
    return times(expression).nextExecution(after.atZone(zone)).map(ZonedDateTime::toInstant);
  }

  @Override
  public String toString() {
    return "by cron " + expression + " (" + zone + ")";
  }
}
