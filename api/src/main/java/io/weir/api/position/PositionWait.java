package io.weir.api.position;

import io.weir.api.http.Answer;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.observe.QueryNotes;
import io.weir.api.work.Work;
import io.weir.api.work.WorkerPool;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Answers when certain records have become visible. Nobody's thread waits for that: a timer looks
 * at the applied positions, after a millisecond at first, later every 20.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> owns its timer.
 */
public final class PositionWait implements AutoCloseable {

  private static final long MAX_PAUSE_MILLIS = 20;

  /** So many looks with the same pause, before it gets a millisecond longer. */
  private static final int LOOKS_A_PAUSE = 8;

  private final Scheduler timer = Schedulers.newSingle("weir-positions", true);

  /** No timer runs before there is something to wait for. */
  public PositionWait() {}

  /**
   * A request that has been read.
   *
   * @param position what it waits for and is as of
   * @param answer makes the answer
   */
  public record Parsed(ReadPosition position, Reply answer) {}

  /** Makes an answer. */
  @FunctionalInterface
  public interface Reply {

    /** Makes it on a thread of the pool. */
    Answer answer(BooleanSupplier cancelled) throws Exception;
  }

  private sealed interface Step {
    record Answered(Answer answer) implements Step {}

    record Waits(Parsed parsed, long sinceNanos) implements Step {}
  }

  /**
   * Reads a request on the pool, waits, and answers on the pool: at once, where there is nothing to
   * wait for.
   *
   * <p><b>Errors:</b> those of the pool, whose deadline is that of all three together; {@link
   * ProblemType#POSITION_NOT_REACHED}, which says how far each partition is.
   *
   * @param notes are told how long it waits and works
   */
  public Mono<Answer> run(
      WorkerPool pool, VectorCollection collection, QueryNotes notes, Work<Parsed> reader) {
    return Mono.defer(() -> {
      long asked = System.nanoTime();
      long endNanos = System.nanoTime() + pool.deadline().toNanos();
      return pool.<Step>run(
              cancelled -> {
                notes.waitedSince(asked);
                Parsed parsed = reader.run(cancelled);
                return isReached(collection, parsed.position())
                    ? new Step.Answered(notes.work(() -> parsed.answer().answer(cancelled)))
                    : new Step.Waits(parsed, System.nanoTime());
              })
          .<Answer>flatMap(step ->
              switch (step) {
                case Step.Answered(Answer answer) -> Mono.just(answer);
                case Step.Waits(Parsed parsed, long since) ->
                    reached(collection, parsed.position(), left(endNanos), pool.deadline())
                        .then(
                            Mono.defer(() ->
                                pool.run(
                                    left(endNanos),
                                    cancelled -> {
                                      notes.waitedSince(since);
                                      return notes.work(() -> parsed.answer().answer(cancelled));
                                    })));
              })
          // Whoever asked went away while it was made.
          .doOnDiscard(Step.Answered.class, step -> step.answer().release());
    });
  }

  private static Duration left(long endNanos) {
    return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
  }

  private Mono<Boolean> reached(
      VectorCollection collection, ReadPosition position, Duration left, Duration whole) {
    return Mono.fromSupplier(() -> isReached(collection, position))
        .filter(reached -> reached)
        .repeatWhenEmpty(looks ->
            looks.concatMap(look -> Mono.delay(Duration.ofMillis(pauseMillis(look)), timer)))
        .timeout(left, Mono.error(() -> notReached(collection, position, whole)));
  }

  private static long pauseMillis(long look) {
    return Math.min(1 + look / LOOKS_A_PAUSE, MAX_PAUSE_MILLIS);
  }

  private static boolean isReached(VectorCollection collection, ReadPosition position) {
    if (position.minPosition().isEmpty()) {
      return true;
    }
    SortedMap<Integer, Long> visible = visible(collection);
    return position.minPosition().entrySet().stream()
        .allMatch(wanted -> visible.getOrDefault(wanted.getKey(), 0L) >= wanted.getValue());
  }

  private static SortedMap<Integer, Long> visible(VectorCollection collection) {
    SortedMap<Integer, Long> visible = new TreeMap<>();
    for (Shard shard : collection.shards()) {
      try {
        shard
            .appliedPosition()
            .ifPresent(applied -> visible.put(shard.partition(), applied.nextOffset()));
      } catch (IllegalStateException closed) {
        // It has gone to another process, or is about to be replaced: not visible here.
      }
    }
    return visible;
  }

  private static ProblemException notReached(
      VectorCollection collection, ReadPosition position, Duration deadline) {
    SortedMap<Integer, Long> visible = visible(collection);
    String missing =
        position.minPosition().entrySet().stream()
            .filter(wanted -> visible.getOrDefault(wanted.getKey(), 0L) < wanted.getValue())
            .map(wanted ->
                "partition "
                    + wanted.getKey()
                    + (visible.containsKey(wanted.getKey())
                        ? " is at " + visible.get(wanted.getKey())
                        : " has nothing here")
                    + ", not at "
                    + wanted.getValue())
            .collect(Collectors.joining("; "));
    return Problem.of(
            ProblemType.POSITION_NOT_REACHED, "after " + deadline.toMillis() + " ms " + missing)
        .withOffsets("position", visible)
        .toException();
  }

  @Override
  public void close() {
    timer.dispose();
  }
}
