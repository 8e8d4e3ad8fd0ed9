package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());

  @ParameterizedTest
  @CsvSource({
    "0 3 * * *, 2026-11-25T03:00:00Z, 2026-11-26T03:00:00Z",
    "0 3 * * *, 2026-11-25T02:59:59.999Z, 2026-11-25T03:00:00Z",
    "* * * * *, 2026-11-25T02:59:00.001Z, 2026-11-25T03:00:00Z",
    "*/15 8-18 * * MON-FRI, 2026-11-27T18:50:00Z, 2026-11-30T08:00:00Z",
    "0 0 29 2 *, 2026-11-25T00:00:00Z, 2028-02-29T00:00:00Z",
    "0 0 1 jan *, 2026-11-25T00:00:00Z, 2027-01-01T00:00:00Z",
    "0 0 * * 7, 2026-11-25T00:00:00Z, 2026-11-29T00:00:00Z",
    "0 0 * * 0, 2026-11-25T00:00:00Z, 2026-11-29T00:00:00Z",
    // A day of the month or a day of the week: either.
    "0 0 13 * 5, 2026-12-11T00:00:00Z, 2026-12-13T00:00:00Z",
    "5/20 * * * *, 2026-11-25T00:25:00Z, 2026-11-25T00:45:00Z"
  })
  void theNextTimeIsLater(String expression, Instant after, Instant next) {
    assertEquals(next, new CronSchedule(expression, ZoneOffset.UTC).next(after).orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0 0 31 4 *", "0 0 L * *", "0 0 ? * *", "5-1 * * * *", "*/0 * * * *"})
  void whatIsNoScheduleIsRefused(String expression) {
    assertThrows(
        IllegalArgumentException.class, () -> new CronSchedule(expression, ZoneOffset.UTC));
  }

  @Test
  void itsTextSaysWhen() {
    assertEquals(
        "by cron 0 3 * * * (Europe/Berlin)", new CronSchedule("0 3 * * *", BERLIN).toString());
  }

  @Test
  void aTimeThatTheClocksLeaveOutDoesNotCome() {
    assertEquals(
        List.of("2026-03-28T02:30+01:00", "2026-03-30T02:30+02:00"),
        times("30 2 * * *", "2026-03-28T00:00", "2026-03-31T00:00"));
    assertEquals(
        List.of(
            "2026-03-29T01:00+01:00",
            "2026-03-29T01:30+01:00",
            "2026-03-29T03:00+02:00",
            "2026-03-29T03:30+02:00"),
        times("*/30 * * * *", "2026-03-29T00:59", "2026-03-29T03:59"));
  }

  @Test
  void aTimeThatComesTwiceCountsOnceForADayAndTwiceForTheHours() {
    assertEquals(
        List.of("2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
        times("30 2 * * *", "2026-10-24T00:00", "2026-10-27T00:00"));
    assertEquals(
        List.of(
            "2026-10-25T02:00+02:00",
            "2026-10-25T02:30+02:00",
            "2026-10-25T02:00+01:00",
            "2026-10-25T02:30+01:00",
            "2026-10-25T03:00+01:00"),
        times("*/30 * * * *", "2026-10-25T01:59", "2026-10-25T03:29"));
  }

  private static List<String> times(String expression, String from, String to) {
    CronSchedule schedule = new CronSchedule(expression, BERLIN);
    Instant end = LocalDateTime.parse(to).atZone(BERLIN).toInstant();
    List<String> times = new ArrayList<>();
    Instant at = LocalDateTime.parse(from).atZone(BERLIN).toInstant();
    for (at = schedule.next(at).orElseThrow();
        at.isBefore(end);
        at = schedule.next(at).orElseThrow()) {
      times.add(at.atZone(BERLIN).toOffsetDateTime().toString());
    }
    return times;
  }

  /** Minutes and hours of random lists, against every minute of three days around a change. */
  @Test
  void allMinutesThatMatchCome() {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 40; trial++) {
      SortedSet<Integer> minutes = numbers(random, 60);
      // Every hour: hours that are listed have rules of their own when clocks change.
      String expression = list(minutes) + " * * * *";
      CronSchedule schedule = new CronSchedule(expression, BERLIN);
      ZonedDateTime start =
          LocalDateTime.parse(trial % 2 == 0 ? "2026-03-28T00:00" : "2026-10-24T00:00")
              .atZone(BERLIN);
      Instant at = start.toInstant();
      for (int minute = 1; minute < 3 * 24 * 60; minute++) {
        ZonedDateTime now = start.plusMinutes(minute);
        if (minutes.contains(now.getMinute())) {
          at = schedule.next(at).orElseThrow();
          assertEquals(now.toInstant(), at, () -> expression + "; rerun with -Dweir.seed=" + SEED);
        }
      }
    }
  }

  private static SortedSet<Integer> numbers(Random random, int bound) {
    SortedSet<Integer> numbers = new TreeSet<>();
    IntStream.range(0, 1 + random.nextInt(4)).forEach(_ -> numbers.add(random.nextInt(bound)));
    return numbers;
  }

  private static String list(SortedSet<Integer> numbers) {
    return String.join(",", numbers.stream().map(String::valueOf).toList());
  }
}
