package io.weir.api.observe;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers of W3C Trace Context. One that is malformed counts as not sent, as the standard has
 * it; so does a {@code traceparent} that came twice.
 */
final class TraceHeaders {

  private static final Getter GETTER = new Getter();

  private TraceHeaders() {}

  /** Returns a context that has the span of the caller, if it told of one. */
  static Context parent(RequestHead head) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), head, GETTER);
  }

  /** Returns a span as the value of {@code traceparent}. */
  static String traceParent(SpanContext span) {
    return "00-" + span.getTraceId() + '-' + span.getSpanId() + '-' + span.getTraceFlags().asHex();
  }

  private static final class Getter implements TextMapGetter<RequestHead> {

    @Override
    public Iterable<String> keys(RequestHead carrier) {
      return W3CTraceContextPropagator.getInstance().fields();
    }

    @Override
    public @Nullable String get(@Nullable RequestHead carrier, String key) {
      List<String> values = carrier == null ? List.of() : carrier.headers().apply(key);
      if (key.equals("tracestate")) {
        // Several are one list, in their order.
        return values.isEmpty() ? null : String.join(",", values);
      }
      return values.size() == 1 ? values.getFirst() : null;
    }
  }
}
