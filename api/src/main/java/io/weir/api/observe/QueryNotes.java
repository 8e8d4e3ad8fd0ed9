package io.weir.api.observe;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes known of a query on its way: how long it waits, how long it works and on what. It is
 * a child span of the request's from when a thread begins to work on it.
 *
 * <p><b>Threads:</b> any.
 */
public final class QueryNotes {

  /** What is asked for. */
  public enum Kind {
    /** The nearest of one vector. */
    SEARCH("search"),
    /** The nearest of several. */
    BATCH("batch"),
    /** Rows by key. */
    GET("get"),
    /** All rows. */
    EXPORT("export"),
    /** Rows, page by page. */
    SCROLL("scroll"),
    /** How many rows there are. */
    COUNT("count");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The kind as logs and spans have it. */
    String text() {
      return text;
    }
  }

  /**
   * What is known at the end.
   *
   * @param queries searches, or keys
   * @param k most hits of a search; 0 where nothing is searched for
   * @param filter whether there was a filter
   * @param rows rows that were scored, or read
   * @param waited time in the queue, and for a position
   * @param scan time in the store
   * @param took from the body's end to the end of the work; without the time that the client took
   * @param position what it has seen, as {@code 0:1200,1:1310}
   */
  record Figures(
      int queries,
      int k,
      boolean filter,
      long rows,
      Duration waited,
      Duration scan,
      Duration took,
      String position) {}

  private final Kind kind;
  private final String collection;
  private final Tracer tracer;
  private final Context parent;
  private final long askedNanos = System.nanoTime();
  private @Nullable Span span;
  private int queries = 1;
  private int k;
  private boolean filter;
  private long rows;
  private long waitedNanos;
  private long scanNanos;
  private long tookNanos;
  private boolean inPieces;
  private boolean over;
  private String position = "";

  QueryNotes(Kind kind, String collection, Tracer tracer, Context parent) {
    this.kind = kind;
    this.collection = collection;
    this.tracer = tracer;
    this.parent = parent;
  }

  Kind kind() {
    return kind;
  }

  String collection() {
    return collection;
  }

  /** Says what is asked for: how many searches or keys, at most so many hits each. */
  public synchronized void asksFor(int searches, int hits, boolean filtered) {
    queries = searches;
    k = hits;
    filter = filtered;
  }

  /** Adds time that it waited. */
  public synchronized void waitedSince(long nanos) {
    waitedNanos += System.nanoTime() - nanos;
  }

  /** Adds time in the store, and rows that were scored or read in it. */
  public synchronized void scanned(Duration time, long count) {
    scanNanos += time.toNanos();
    rows += count;
  }

  /** Says what the answer has seen: next offsets, by partition. */
  public synchronized void seen(SortedMap<Integer, Long> nextOffsets) {
    position =
        nextOffsets.entrySet().stream()
            .map((Map.Entry<Integer, Long> entry) -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * Says that the answer is made in pieces, as the client reads them: it takes what it waited and
   * what the store worked, and not what the client took.
   */
  public synchronized void inPieces() {
    inPieces = true;
  }

  /** Works on it, on the calling thread, under the span of the query. */
  public <T> T work(Callable<T> work) throws Exception {
    Span own = begin();
    try (Scope _ = parent.with(own).makeCurrent()) {
      T result = work.call();
      worked(null);
      return result;
    } catch (Throwable e) {
      worked(e);
      throw e;
    }
  }

  private synchronized Span begin() {
    if (over) {
      // Whoever asked has gone, and nobody would end it: what is still done is the request's.
      return Span.fromContext(parent);
    }
    Span begun = span;
    if (begun == null) {
      begun = tracer.spanBuilder("weir." + kind.text()).setParent(parent).startSpan();
      span = begun;
    }
    return begun;
  }

  private synchronized void worked(@Nullable Throwable failure) {
    Span begun = span;
    if (failure != null && begun != null && begun.isRecording()) {
      // Whether it is an error is for the status of the answer to say.
      begun.setAttribute("error.type", failure.getClass().getName());
    }
    if (!inPieces || failure != null) {
      end();
    }
  }

  /** Nothing follows; further calls do nothing. */
  synchronized void end() {
    if (over) {
      return;
    }
    over = true;
    Span begun = span;
    if (begun == null) {
      // No thread has come to it: all that it did was to wait.
      waitedNanos = System.nanoTime() - askedNanos;
    }
    tookNanos =
        inPieces || begun == null ? waitedNanos + scanNanos : System.nanoTime() - askedNanos;
    if (begun == null) {
      return;
    }
    if (begun.isRecording()) {
      begun.setAttribute("weir.collection", collection);
      begun.setAttribute("weir.queries", queries);
      begun.setAttribute("weir.k", k);
      begun.setAttribute("weir.filter", filter);
      begun.setAttribute("weir.rows", rows);
      begun.setAttribute("weir.waited_ms", waitedNanos / 1e6);
      begun.setAttribute("weir.scan_ms", scanNanos / 1e6);
      begun.setAttribute("weir.position", position);
    }
    begun.end();
  }

  synchronized Figures figures() {
    return new Figures(
        queries,
        k,
        filter,
        rows,
        Duration.ofNanos(waitedNanos),
        Duration.ofNanos(scanNanos),
        Duration.ofNanos(tookNanos),
        position);
  }
}
