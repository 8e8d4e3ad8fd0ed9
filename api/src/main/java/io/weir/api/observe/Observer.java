package io.weir.api.observe;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches requests: begins the span of each, and writes the two logs.
 *
 * <p><b>Threads:</b> any; whether writing a line waits is up to the logging behind it.
 */
public final class Observer {

  /** A route that there is not. */
  public static final String NO_ROUTE = "none";

  private static final String INSTRUMENTATION = "io.weir.api";
  private static final String OTHER_METHOD = "_OTHER";
  private static final Set<String> METHODS =
      new TreeSet<>(
          Set.of(
              "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY",
              "TRACE"));
  private static final Logger ACCESS = LoggerFactory.getLogger("weir.access");
  private static final Logger SLOW_QUERY = LoggerFactory.getLogger("weir.slow-query");

  private final Tracer tracer;
  private final RequestLogs logs;

  /**
   * Watches.
   *
   * @param telemetry makes the spans; one that makes none still passes on those of callers
   */
  public Observer(OpenTelemetry telemetry, RequestLogs logs) {
    this.tracer = telemetry.getTracer(INSTRUMENTATION);
    this.logs = logs;
    // The first use of a context looks for services in jars: now, and not on an event loop.
    Objects.requireNonNull(Context.root());
  }

  /** Begins to watch a request. */
  public Observation begin(RequestHead head) {
    String method = METHODS.contains(head.method()) ? head.method() : OTHER_METHOD;
    Context parent = TraceHeaders.parent(head);
    Span span =
        tracer
            .spanBuilder(spanMethod(method))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
    if (span.isRecording()) {
      describe(span, head, method);
    }
    return new Observation(this, head, span, parent.with(span));
  }

  private static void describe(Span span, RequestHead head, String method) {
    span.setAttribute("http.request.method", method);
    if (method.equals(OTHER_METHOD)) {
      span.setAttribute("http.request.method_original", LogText.clean(head.method()));
    }
    span.setAttribute("url.scheme", head.scheme());
    span.setAttribute("url.path", LogText.clean(head.path()));
    span.setAttribute("network.protocol.version", head.protocolVersion());
    head.client().ifPresent(client -> span.setAttribute("client.address", client));
    head.server()
        .ifPresent(server -> {
          span.setAttribute("server.address", server.address());
          span.setAttribute("server.port", server.port());
        });
    head.header("user-agent")
        .ifPresent(agent -> span.setAttribute("user_agent.original", LogText.clean(agent)));
  }

  /** The beginning of a span's name. */
  static String spanMethod(String method) {
    return METHODS.contains(method) ? method : "HTTP";
  }

  Tracer tracer() {
    return tracer;
  }

  /** Logs a request that could not be read so far that it had a method and a path. */
  public void unreadable(Optional<String> client, int status, long bytes) {
    if (!logs.access()) {
      return;
    }
    new LogLine(ACCESS)
        .with("method", "-")
        .with("route", NO_ROUTE)
        .with("path", "-")
        .with("status", Integer.toString(status))
        .with("bytes", bytes)
        .withText("client", client)
        .write("request");
  }

  void log(Observation request, String status, long bytes, Duration took) {
    if (!logs.access()) {
      return;
    }
    RequestHead head = request.head();
    new LogLine(ACCESS)
        .withText("method", head.method())
        .with("route", request.route())
        .withText("path", head.path())
        .with("status", status)
        .with("bytes", bytes)
        .with("durationMillis", took)
        .withText("client", head.client())
        .withText("keyName", request.key())
        .withText("traceId", request.traceId())
        .withText("userAgent", head.header("user-agent"))
        .write("request");
  }

  void log(QueryNotes query, Optional<String> traceId, String status) {
    QueryNotes.Figures figures = query.figures();
    if (!logs.isSlow(figures.took())) {
      return;
    }
    LogLine line =
        new LogLine(SLOW_QUERY)
            .with("collection", query.collection())
            .with("kind", query.kind().text())
            .with("queries", figures.queries());
    (figures.k() > 0 ? line.with("k", figures.k()) : line)
        .with("filter", figures.filter())
        .with("rows", figures.rows())
        .with("waitedMillis", figures.waited())
        .with("scanMillis", figures.scan())
        .with("tookMillis", figures.took())
        .with("status", status)
        .with("position", figures.position())
        .withText("traceId", traceId)
        .write("slow query");
  }
}
