package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.query.TopK.Candidate;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A query on its way: it waits for a pass, is scored by it, and is answered by whoever asked. It
 * may end at any time, and then gives back the snapshot that it holds.
 *
 * <p><b>Threads:</b> any; {@link #answer} by whoever asked.
 */
final class PendingSearch {
  /** How often whoever waits for an answer asks the query's signal. */
  private static final long SIGNAL_MILLIS = 20;

  private final KnnQuery query;
  private final Scorer scorer;
  private final Optional<CheckedFilter> filter;
  private final TopK best;
  private long scoredRows;
  private List<ShardView> views = List.of();
  private @Nullable HeldSnapshot held;
  private @Nullable Throwable failure;
  private State state = State.WAITING;

  private enum State {
    WAITING,
    SCANNED,
    /** It has ended, and is about to give back what it holds. */
    ENDING,
    ENDED;

    boolean isOver() {
      return this == ENDING || this == ENDED;
    }
  }

  /**
   * A query that has not been scored.
   *
   * @throws UnfitVectorException if it does not fit the schema
   * @throws UnfitFilterException if its filter does not fit the fields
   */
  PendingSearch(VectorSchema schema, DeclaredFields fields, KnnQuery query) {
    this.query = query;
    this.scorer = new Scorer(schema, query.vector());
    this.filter = query.filter().map(rows -> CheckedFilter.of(rows, fields));
    this.best = new TopK(query.k(), query.after(), Float.NEGATIVE_INFINITY);
  }

  KnnQuery query() {
    return query;
  }

  Optional<CheckedFilter> filter() {
    return filter;
  }

  Scorer scorer() {
    return scorer;
  }

  /** Holds the snapshot that it is answered from; false if it has ended. */
  synchronized boolean join(HeldSnapshot snapshot, List<ShardView> shown) {
    if (state.isOver()) {
      return false;
    }
    snapshot.retain();
    held = snapshot;
    views = shown;
    return true;
  }

  synchronized boolean hasEnded() {
    return state.isOver();
  }

  /** Asks the query's signal, and ends if that says so; false if it has ended. */
  boolean goesOn() {
    if (hasEnded()) {
      return false;
    }
    try {
      if (!query.cancelled().getAsBoolean()) {
        return true;
      }
      fail(new CancellationException("search cancelled"));
    } catch (RuntimeException e) {
      fail(e);
    }
    return false;
  }

  /** Candidates for some rows: nothing is in it yet. */
  synchronized TopK candidates() {
    return new TopK(query.k(), query.after(), best.lowestWanted());
  }

  /** Adds what was found among some rows. */
  synchronized void add(TopK candidates, long rows) {
    best.offerAll(candidates);
    scoredRows += rows;
  }

  /** All rows have been scored. */
  synchronized void scanned() {
    if (state == State.WAITING) {
      state = State.SCANNED;
      notifyAll();
    }
  }

  /** Ends without an answer, unless it has ended. */
  void fail(Throwable cause) {
    end(cause);
  }

  /** Ends, unless it has ended: the answer has been given, or nobody wants it. */
  void end() {
    end(null);
  }

  private void end(@Nullable Throwable cause) {
    HeldSnapshot given;
    synchronized (this) {
      if (state.isOver()) {
        return;
      }
      state = State.ENDING;
      failure = cause;
      given = held;
    }
    try {
      // Outside of the monitor: freeing memory takes time, and calls those who wait for it.
      if (given != null) {
        given.release();
      }
    } finally {
      // After it: who is told that the search has ended finds nothing held for it.
      synchronized (this) {
        state = State.ENDED;
        notifyAll();
      }
    }
  }

  /** Waits until all rows have been scored, and returns what was found. */
  SearchResult answer() throws IOException {
    awaitScan();
    Throwable cause;
    synchronized (this) {
      cause = failure;
    }
    switch (cause) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(cause);
    }
    try {
      return result();
    } finally {
      end();
    }
  }

  private void awaitScan() {
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        waiting = isWaitingAfter(SIGNAL_MILLIS);
        if (waiting) {
          goesOn();
        }
      } catch (InterruptedException e) {
        // Signals end searches; who interrupts this thread finds that out later.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops, and asks the signal each time
  private synchronized boolean isWaitingAfter(long millis) throws InterruptedException {
    if (isWaiting()) {
      wait(millis);
    }
    return isWaiting();
  }

  private boolean isWaiting() {
    return state == State.WAITING || state == State.ENDING;
  }

  /** After the last {@link #add}. */
  private synchronized SearchResult result() throws IOException {
    SortedMap<Integer, SourcePosition> position = new TreeMap<>();
    for (ShardView view : views) {
      Optional<SourcePosition> seen = view.position();
      seen.ifPresent(at -> position.put(view.partition(), at));
    }
    List<Hit> hits = new ArrayList<>();
    for (Candidate candidate : best.best()) {
      StoredRow row =
          candidate.row().copy(candidate.partition(), query.withVector(), query.withPayload());
      query.budget().ifPresent(budget -> budget.take(row));
      hits.add(new Hit(scorer.score(candidate.rank()), candidate.rank(), row));
    }
    return new SearchResult(hits, position, scoredRows);
  }
}
