package io.weir.api.observe;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request that is watched, from its first lines until its answer has gone to the socket or its
 * client has gone.
 *
 * <p><b>Threads:</b> begins and ends on the connection's event loop; {@link #query} is called once,
 * by whichever thread handles the request.
 */
public final class Observation {

  private final Observer observer;
  private final RequestHead head;
  private final Span span;
  private final Context context;
  private final long startedNanos = System.nanoTime();
  private final AtomicReference<@Nullable QueryNotes> query = new AtomicReference<>();
  private volatile String route = Observer.NO_ROUTE;
  private volatile Optional<String> key = Optional.empty();

  Observation(Observer observer, RequestHead head, Span span, Context context) {
    this.observer = observer;
    this.head = head;
    this.span = span;
    this.context = context;
  }

  RequestHead head() {
    return head;
  }

  String route() {
    return route;
  }

  Optional<String> key() {
    return key;
  }

  /** Says the name of the key that it came with; never the key. */
  public void key(String name) {
    key = Optional.of(name);
  }

  /** Says which route it is for, as a template. */
  public void route(String template) {
    route = template;
    if (span.isRecording()) {
      span.updateName(Observer.spanMethod(head.method()) + ' ' + template);
      span.setAttribute("http.route", template);
    }
  }

  /** The trace that this request belongs to, if there is one. */
  public Optional<String> traceId() {
    SpanContext own = span.getSpanContext();
    return own.isValid() ? Optional.of(own.getTraceId()) : Optional.empty();
  }

  /** The span of this request as the value of {@code traceparent}, if there is one. */
  public Optional<String> traceParent() {
    SpanContext own = span.getSpanContext();
    return own.isValid() ? Optional.of(TraceHeaders.traceParent(own)) : Optional.empty();
  }

  /** Begins to watch the query that the request is. */
  public QueryNotes query(QueryNotes.Kind kind, String collection) {
    QueryNotes notes = new QueryNotes(kind, collection, observer.tracer(), context);
    query.set(notes);
    return notes;
  }

  /**
   * Ends it.
   *
   * @param status the HTTP status of an answer that went out whole
   * @param otherwise what stands for the status in logs where there is none
   * @param bytes length of the body, as far as it was sent
   */
  public void end(Optional<Integer> status, String otherwise, long bytes) {
    Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
    String shown = status.map(code -> Integer.toString(code)).orElse(otherwise);
    QueryNotes asked = query.get();
    if (asked != null) {
      asked.end();
      observer.log(asked, traceId(), shown);
    }
    if (span.isRecording()) {
      describeEnd(status, otherwise, bytes);
    }
    span.end();
    observer.log(this, shown, bytes, took);
  }

  private void describeEnd(Optional<Integer> status, String otherwise, long bytes) {
    span.setAttribute("http.response.body.size", bytes);
    status.ifPresent(code -> span.setAttribute("http.response.status_code", code));
    // By the conventions a client's mistake is no error of the server's.
    if (status.isEmpty() || status.get() >= 500) {
      span.setAttribute("error.type", status.map(code -> Integer.toString(code)).orElse(otherwise));
      span.setStatus(StatusCode.ERROR);
    }
  }
}
