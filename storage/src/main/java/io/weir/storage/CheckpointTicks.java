package io.weir.storage;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which shards a schedule wants to be written, now.
 *
 * <p>At each tick every shard has a delay of its own: a share of the jitter, or of the time to the
 * next tick if that is shorter, so that the rounds of two ticks do not overlap. Every shard has its
 * turn once a tick; ticks that pass while the thread is busy are made up for by one round.
 *
 * <p>Time is told by the clock on the wall, for a schedule may speak of it. When that is set back,
 * what is waited for moves with it: nothing comes later for it, but a time of the day that comes
 * again has its tick again.
 *
 * <p><b>Threads:</b> one.
 *
 * @param <S> a shard
 */
final class CheckpointTicks<S> {
  /** Time is looked at again after so long, or it would not be noticed that the clock was set. */
  static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  /** Less than this may be a clock that is slowed down, which is left to go its way. */
  private static final Duration SET_BACK = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointTicks.class);

  private final CheckpointSchedule schedule;
  private final Duration jitter;
  private final ToDoubleFunction<S> share;
  private Instant lookedAt = Instant.EPOCH;
  private long lookedNanos;

  /** Ticks up to this time have had their round, or have it now. */
  private Instant done = Instant.EPOCH;

  /** The first one after it. */
  private Optional<Instant> tick = Optional.empty();

  private @Nullable Round round;
  private Optional<Instant> next = Optional.empty();

  /**
   * A tick whose shards have their turns.
   *
   * @param tick when it began
   * @param spreadNanos every delay is less
   * @param servedNanos shards with a smaller delay have had their turn
   */
  private record Round(Instant tick, long spreadNanos, long servedNanos) {
    Round servedUpTo(long nanos) {
      return new Round(tick, spreadNanos, nanos);
    }
  }

  /**
   * Begins with the first {@link #restart}.
   *
   * @param jitter zero and more
   * @param share the part of the jitter by which a shard is late, from 0 to less than 1
   */
  CheckpointTicks(CheckpointSchedule schedule, Duration jitter, ToDoubleFunction<S> share) {
    this.schedule = schedule;
    this.jitter = jitter;
    this.share = share;
  }

  /**
   * Goes on from here: all shards are written now, or ticks begin to count.
   *
   * @param nanos of a clock that nobody sets
   */
  void restart(Instant now, long nanos) {
    lookedAt = now;
    lookedNanos = nanos;
    round = null;
    await(now);
    next = tick;
  }

  /**
   * Returns the shards whose turn it is, which is then over.
   *
   * @param shards all that there are
   */
  List<S> takeDue(Instant now, long nanos, List<S> shards) {
    notice(now, nanos);
    if (tick.isEmpty()) {
      await(done);
    }
    Round current = round == null && tick.isPresent() ? begin(tick.get(), now) : round;
    if (current == null) {
      next = tick;
      return List.of();
    }
    long reached = reached(current, now);
    List<S> due =
        shards.stream()
            .filter(shard -> delay(current, shard) >= current.servedNanos)
            .filter(shard -> delay(current, shard) <= reached)
            .toList();
    Round after = current.servedUpTo(Math.max(current.servedNanos, reached + 1));
    OptionalLong later =
        shards.stream()
            .mapToLong(shard -> delay(after, shard))
            .filter(delay -> delay >= after.servedNanos)
            .min();
    round = later.isPresent() ? after : null;
    next = later.isPresent() ? Optional.of(current.tick.plusNanos(later.getAsLong())) : tick;
    return due;
  }

  /** When the next shards have their turn, as of the last look. */
  Optional<Instant> next() {
    return next;
  }

  /** How long until the next look. */
  Duration untilNextLook(Instant now) {
    Instant latest = now.plus(LOOK_AGAIN);
    Instant look = next.filter(time -> time.isBefore(latest)).orElse(latest);
    return look.isAfter(now) ? Duration.between(now, look) : Duration.ZERO;
  }

  /** Moves everything with a clock that was set back since the last look. */
  private void notice(Instant now, long nanos) {
    Duration back = Duration.between(now, lookedAt.plusNanos(nanos - lookedNanos));
    lookedAt = now;
    lookedNanos = nanos;
    if (back.compareTo(SET_BACK) < 0) {
      return;
    }
    LOG.info("the clock was set back by {} ms", back.toMillis());
    if (round != null) {
      round = new Round(round.tick.minus(back), round.spreadNanos, round.servedNanos);
    }
    await(done.minus(back));
  }

  /** Begins the round of a tick, if it has come, and looks for the one after. */
  private @Nullable Round begin(Instant come, Instant now) {
    if (come.isAfter(now)) {
      return null;
    }
    await(come);
    Duration spread =
        tick.map(following -> Duration.between(come, following))
            .filter(distance -> distance.compareTo(jitter) < 0)
            .orElse(jitter);
    if (tick.isPresent() && !tick.get().isAfter(now)) {
      // Passed while the thread was busy: what is written now is written after it.
      await(now);
    }
    return new Round(come, spread.toNanos(), 0);
  }

  private void await(Instant after) {
    done = after;
    tick = ask(after);
  }

  /** A schedule that does not keep to its contract must not end the thread, nor keep it busy. */
  private Optional<Instant> ask(Instant after) {
    try {
      Optional<Instant> answer = schedule.next(after);
      if (answer.isEmpty() || answer.get().isAfter(after)) {
        return answer;
      }
      LOG.error("checkpoint schedule {} says {} comes after {}", schedule, answer.get(), after);
    } catch (RuntimeException e) {
      LOG.error("checkpoint schedule {} cannot say what comes after {}", schedule, after, e);
    }
    return Optional.empty();
  }

  /** The largest delay whose time has come. */
  private static long reached(Round round, Instant now) {
    Duration passed = Duration.between(round.tick, now);
    return passed.compareTo(Duration.ofNanos(round.spreadNanos)) > 0
        ? round.spreadNanos
        : passed.toNanos();
  }

  private long delay(Round round, S shard) {
    return (long) (share.applyAsDouble(shard) * round.spreadNanos);
  }
}
