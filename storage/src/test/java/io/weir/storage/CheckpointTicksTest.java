package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.Trials;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The arithmetic of ticks, on times that the test makes up; a shard is its share of the jitter. */
class CheckpointTicksTest {
  private static final Instant NOON = Instant.parse("2026-03-28T12:00:00Z");
  private static final List<Double> SHARES = List.of(0.0, 0.25, 0.5, 0.999);
  private static final CheckpointSchedule HOURLY =
      after -> Optional.of(after.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS));

  private Instant wall = NOON;
  private long nanos = 17;

  /** Both clocks go on. */
  private void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  private CheckpointTicks<Double> begin(CheckpointSchedule schedule, Duration jitter) {
    CheckpointTicks<Double> ticks = new CheckpointTicks<>(schedule, jitter, share -> share);
    ticks.restart(wall, nanos);
    return ticks;
  }

  private List<Double> look(CheckpointTicks<Double> ticks) {
    return ticks.takeDue(wall, nanos, SHARES);
  }

  /** Looks as often as is asked for, until some shard has its turn. */
  private List<Double> untilDue(CheckpointTicks<Double> ticks) {
    for (int looks = 0; looks < 10_000; looks++) {
      pass(ticks.untilNextLook(wall));
      List<Double> due = look(ticks);
      if (!due.isEmpty()) {
        return due;
      }
    }
    throw new AssertionError("no turn until " + wall);
  }

  @Test
  void everyShardHasItsShareOfTheJitter() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ofMinutes(20));

    assertEquals(Optional.of(Instant.parse("2026-03-28T13:00:00Z")), ticks.next());
    assertEquals(List.of(0.0), untilDue(ticks));
    assertEquals(Instant.parse("2026-03-28T13:00:00Z"), wall);
    assertEquals(List.of(0.25), untilDue(ticks));
    assertEquals(Instant.parse("2026-03-28T13:05:00Z"), wall);
    assertEquals(List.of(0.5), untilDue(ticks));
    assertEquals(List.of(0.999), untilDue(ticks));
    assertEquals(Instant.parse("2026-03-28T13:19:58.800Z"), wall);
    assertEquals(Optional.of(Instant.parse("2026-03-28T14:00:00Z")), ticks.next());
  }

  @Test
  void withoutJitterAllHaveTheirTurnAtOnce() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ZERO);

    assertEquals(SHARES, untilDue(ticks));
    assertEquals(Instant.parse("2026-03-28T13:00:00Z"), wall);
    assertEquals(List.of(), look(ticks));
  }

  @Test
  void aJitterLongerThanTheIntervalIsCutToIt() {
    CheckpointTicks<Double> ticks =
        begin(CheckpointSchedule.every(Duration.ofSeconds(8)), Duration.ofHours(1));

    for (int tick = 1; tick <= 3; tick++) {
      assertEquals(List.of(0.0), untilDue(ticks));
      assertEquals(NOON.plusSeconds(8L * tick), wall);
      assertEquals(List.of(0.25), untilDue(ticks));
      assertEquals(NOON.plusSeconds(8L * tick + 2), wall);
      assertEquals(List.of(0.5), untilDue(ticks));
      assertEquals(List.of(0.999), untilDue(ticks));
    }
  }

  @Test
  void ticksThatPassWhileTheThreadIsBusyAreMadeUpForOnce() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ofMinutes(1));

    pass(Duration.ofMinutes(60 * 5 + 30));
    assertEquals(SHARES, look(ticks));
    assertEquals(Optional.of(Instant.parse("2026-03-28T18:00:00Z")), ticks.next());
  }

  @Test
  void aRunOfAllShardsMovesAnIntervalAndEndsARound() {
    CheckpointTicks<Double> ticks =
        begin(CheckpointSchedule.every(Duration.ofSeconds(10)), Duration.ofSeconds(4));

    pass(Duration.ofSeconds(11));
    assertEquals(List.of(0.0, 0.25), look(ticks));
    ticks.restart(wall, nanos);
    assertEquals(Optional.of(NOON.plusSeconds(21)), ticks.next());
    assertEquals(List.of(0.0), untilDue(ticks));
    assertEquals(NOON.plusSeconds(21), wall);
  }

  @Test
  void aClockThatIsSetBackDelaysNoInterval() {
    CheckpointTicks<Double> ticks =
        begin(CheckpointSchedule.every(Duration.ofMinutes(10)), Duration.ofMinutes(8));
    pass(Duration.ofMinutes(3));
    wall = wall.minus(Duration.ofDays(2));

    assertEquals(List.of(0.0), untilDue(ticks));
    assertEquals(TimeUnit.MINUTES.toNanos(10) + 17, nanos);
    wall = wall.minus(Duration.ofHours(1));
    assertEquals(List.of(0.25), untilDue(ticks));
    // At the first look, a minute after, it is seen that the clock was set; then what is left.
    assertEquals(TimeUnit.MINUTES.toNanos(12) + 17, nanos);
  }

  @Test
  void aTimeOfTheDayThatComesAgainHasItsTickAgain() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ZERO);
    assertEquals(SHARES, untilDue(ticks));
    pass(Duration.ofMinutes(10));
    wall = wall.minus(Duration.ofMinutes(30));

    assertEquals(SHARES, untilDue(ticks));
    assertEquals(Instant.parse("2026-03-28T13:00:00Z"), wall);
    assertEquals(Optional.of(Instant.parse("2026-03-28T14:00:00Z")), ticks.next());
  }

  @Test
  void aClockThatIsSetForwardBringsWhatHasPassed() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ZERO);
    wall = wall.plus(Duration.ofMinutes(90));

    assertEquals(SHARES, look(ticks));
    assertEquals(Optional.of(Instant.parse("2026-03-28T14:00:00Z")), ticks.next());
  }

  @Test
  void aClockThatIsSlowedDownHasNoTickTwice() {
    CheckpointTicks<Double> ticks = begin(HOURLY, Duration.ZERO);
    assertEquals(SHARES, untilDue(ticks));
    nanos += TimeUnit.MILLISECONDS.toNanos(900);

    assertEquals(List.of(), look(ticks));
    assertEquals(Optional.of(Instant.parse("2026-03-28T14:00:00Z")), ticks.next());
  }

  @Test
  void aScheduleThatIsAtAnEndIsAskedAgain() {
    List<Instant> told = new ArrayList<>();
    CheckpointTicks<Double> ticks =
        begin(after -> told.stream().filter(after::isBefore).findFirst(), Duration.ofSeconds(1));

    assertEquals(Optional.empty(), ticks.next());
    assertEquals(CheckpointTicks.LOOK_AGAIN, ticks.untilNextLook(wall));
    told.add(NOON.plusSeconds(90));
    assertEquals(List.of(0.0), untilDue(ticks));
    assertEquals(NOON.plusSeconds(90), wall);
  }

  @Test
  void aScheduleThatBreaksItsContractHasNoTicks() {
    for (CheckpointSchedule broken :
        List.<CheckpointSchedule>of(
            Optional::of,
            _ -> {
              throw new IllegalStateException("broken on purpose");
            })) {
      CheckpointTicks<Double> ticks = begin(broken, Duration.ZERO);
      pass(ticks.untilNextLook(wall));
      assertEquals(List.of(), look(ticks));
      assertEquals(Optional.empty(), ticks.next());
    }
  }

  /** A turn of a shard, or what is expected of one. */
  private record Turn(Instant at, double share) {}

  @Test
  void aFreeThreadGivesEveryShardItsTurnOnceATick() throws Exception {
    Trials.run(2_000, (_, random) -> new Trial(random).free());
  }

  @Test
  void aBusyThreadLeavesNoTickOut() throws Exception {
    Trials.run(2_000, (_, random) -> new Trial(random).busy());
  }

  /** Random schedules, shards and runs of all shards. */
  private static final class Trial {
    private final Random random;
    private final CheckpointSchedule schedule;
    private final Duration jitter;
    private final List<Double> shares;
    private final Instant end = NOON.plusSeconds(1_000);
    private final List<Turn> turns = new ArrayList<>();

    Trial(Random random) {
      this.random = random;
      this.schedule = random.nextBoolean() ? CheckpointSchedule.every(time(120)) : calendar();
      this.jitter = random.nextInt(4) == 0 ? Duration.ZERO : time(100);
      this.shares = random.doubles(1 + random.nextInt(8)).boxed().toList();
    }

    private Duration time(int maxSeconds) {
      return Duration.ofNanos(random.nextLong(1, TimeUnit.SECONDS.toNanos(maxSeconds)));
    }

    /** Times that do not depend on what was asked before, at random distances. */
    private CheckpointSchedule calendar() {
      List<Instant> ticks = new ArrayList<>();
      for (Instant at = NOON.plus(time(60)); at.isBefore(end); at = at.plus(time(60))) {
        ticks.add(at);
      }
      return after -> ticks.stream().filter(after::isBefore).findFirst();
    }

    private Instant earlier(Instant one, Instant other) {
      return one.isBefore(other) ? one : other;
    }

    void free() {
      CheckpointTicks<Double> ticks = new CheckpointTicks<>(schedule, jitter, share -> share);
      List<Turn> expected = new ArrayList<>();
      for (Instant start = NOON; start.isBefore(end); ) {
        // From one run of all shards to the next.
        Instant stop = earlier(start.plus(time(400)), end);
        expected.addAll(expected(start, stop));
        ticks.restart(start, nanos(start));
        for (Instant now = start; now.isBefore(stop); ) {
          take(ticks, now);
          Instant next = now.plus(ticks.untilNextLook(now));
          // Looks that nobody asked for change nothing.
          now = random.nextInt(3) == 0 ? earlier(next, now.plus(time(10))) : next;
        }
        start = stop;
      }
      assertEquals(expected, turns);
    }

    private static long nanos(Instant now) {
      return Duration.between(NOON, now).toNanos();
    }

    private void take(CheckpointTicks<Double> ticks, Instant now) {
      ticks.takeDue(now, nanos(now), shares).stream()
          .sorted()
          .forEach(share -> turns.add(new Turn(now, share)));
    }

    /** What should happen, tick by tick. */
    private List<Turn> expected(Instant start, Instant stop) {
      List<Turn> all = new ArrayList<>();
      Optional<Instant> tick = schedule.next(start);
      while (tick.isPresent() && tick.get().isBefore(stop)) {
        Instant at = tick.get();
        Optional<Instant> following = schedule.next(at);
        long spread =
            following
                .map(next -> Math.min(Duration.between(at, next).toNanos(), jitter.toNanos()))
                .orElse(jitter.toNanos());
        shares.stream()
            .sorted()
            .map(share -> new Turn(at.plusNanos((long) (share * spread)), share))
            .filter(turn -> turn.at().isBefore(stop))
            .forEach(all::add);
        tick = following;
      }
      return all;
    }

    void busy() {
      CheckpointTicks<Double> ticks = new CheckpointTicks<>(schedule, jitter, share -> share);
      List<Instant> looks = new ArrayList<>();
      ticks.restart(NOON, 0);
      for (Instant now = NOON; now.isBefore(end); ) {
        looks.add(now);
        take(ticks, now);
        now = now.plus(ticks.untilNextLook(now));
        if (random.nextInt(4) == 0) {
          now = now.plus(time(200));
        }
      }
      List<Instant> ticksInTime = calendarTicks();
      for (double share : shares) {
        List<Instant> own =
            turns.stream().filter(turn -> turn.share() == share).map(Turn::at).toList();
        if (!(schedule instanceof IntervalSchedule)) {
          assertTrue(own.size() <= ticksInTime.size(), "more turns than ticks");
        }
        for (Instant tick : ticksInTime) {
          // The look that ends the round before, and then the one that begins this round.
          Optional<Instant> second =
              looks.stream().filter(look -> !look.isBefore(tick)).skip(1).findFirst();
          Optional<Instant> spread =
              looks.stream().filter(look -> !look.isBefore(tick.plus(jitter))).findFirst();
          if (second.isEmpty() || spread.isEmpty()) {
            continue;
          }
          Instant latest = second.get().isAfter(spread.get()) ? second.get() : spread.get();
          assertTrue(
              own.stream().anyMatch(turn -> !turn.isBefore(tick) && !turn.isAfter(latest)),
              () -> "tick " + tick + " was left out");
        }
      }
    }

    /** All ticks of a calendar; those of an interval depend on when its rounds began. */
    private List<Instant> calendarTicks() {
      List<Instant> ticks = new ArrayList<>();
      if (!(schedule instanceof IntervalSchedule)) {
        for (Optional<Instant> tick = schedule.next(NOON);
            tick.isPresent();
            tick = schedule.next(tick.get())) {
          ticks.add(tick.get());
        }
      }
      return ticks;
    }
  }
}
