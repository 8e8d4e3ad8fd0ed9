package io.weir.api.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class TracingTest {

  private static final String DOCS = "/v1/collections/docs";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";
  private static final String PARENT = "00-" + TRACE + "-" + CALLER + "-01";

  @TempDir private Path directory;
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api =
        ApiFixture.start(
            directory,
            settings -> settings.withLogs(new RequestLogs(true, Duration.ofNanos(1))),
            sdk);
    api.put("a", "", 1, 0, 0);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    sdk.close();
  }

  private HttpResponse<String> search(String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(api.uri(DOCS + "/search"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"vector\":[1,0,0],\"k\":4}"));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return api.send(request);
  }

  private static String traceParent(HttpResponse<String> response) {
    return response.headers().firstValue("traceparent").orElse("");
  }

  /** Spans end when the answer has gone out, which the client may see before. */
  private SpanData span(SpanKind kind) {
    Eventually.holds("there is a span", () -> find(kind).isPresent());
    return find(kind).orElseThrow();
  }

  private Optional<SpanData> find(SpanKind kind) {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == kind)
        .findFirst();
  }

  private static String text(SpanData span, String name) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(name)));
  }

  private static long number(SpanData span, String name) {
    Long value = span.getAttributes().get(AttributeKey.longKey(name));
    return value == null ? -1 : value;
  }

  @Test
  void aRequestIsASpanOfItsCallersTrace() throws Exception {
    HttpResponse<String> response = search("traceparent", PARENT, "tracestate", "vendor=1");

    SpanData server = span(SpanKind.SERVER);
    assertEquals(TRACE, server.getTraceId());
    assertEquals(CALLER, server.getParentSpanId());
    assertEquals("1", server.getSpanContext().getTraceState().get("vendor"));
    assertEquals("00-" + TRACE + "-" + server.getSpanId() + "-01", traceParent(response));
    assertEquals("POST /v1/collections/{collection}/search", server.getName());
    assertEquals("POST", text(server, "http.request.method"));
    assertEquals("/v1/collections/{collection}/search", text(server, "http.route"));
    assertEquals(DOCS + "/search", text(server, "url.path"));
    assertEquals("http", text(server, "url.scheme"));
    assertEquals("1.1", text(server, "network.protocol.version"));
    assertEquals("127.0.0.1", text(server, "client.address"));
    assertEquals("127.0.0.1", text(server, "server.address"));
    assertEquals(api.server.port(), number(server, "server.port"));
    assertEquals(200, number(server, "http.response.status_code"));
    assertEquals(response.body().length(), number(server, "http.response.body.size"));
    assertEquals(StatusCode.UNSET, server.getStatus().getStatusCode());
  }

  @Test
  void theSearchIsASpanBelowIt() throws Exception {
    search("traceparent", PARENT);

    SpanData server = span(SpanKind.SERVER);
    SpanData search = span(SpanKind.INTERNAL);
    assertEquals("weir.search", search.getName());
    assertEquals(TRACE, search.getTraceId());
    assertEquals(server.getSpanId(), search.getParentSpanId());
    assertEquals("docs", text(search, "weir.collection"));
    assertEquals(4, number(search, "weir.k"));
    assertEquals(1, number(search, "weir.rows"));
    assertEquals("0:1", text(search, "weir.position"));
  }

  @Test
  void anExportIsASpanUntilItsLastBlock() throws Exception {
    api.get(DOCS + "/export");

    span(SpanKind.SERVER);
    SpanData export = span(SpanKind.INTERNAL);
    assertEquals("weir.export", export.getName());
    assertEquals(1, number(export, "weir.rows"));
  }

  @Test
  void withoutACallerATraceBegins() throws Exception {
    HttpResponse<String> response = search();

    SpanData server = span(SpanKind.SERVER);
    assertEquals("0000000000000000", server.getParentSpanId());
    assertTrue(traceParent(response).startsWith("00-" + server.getTraceId()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "00-" + TRACE + "-" + CALLER,
        "00-00000000000000000000000000000000-" + CALLER + "-01",
        "00-" + TRACE + "-0000000000000000-01",
        "ff-" + TRACE + "-" + CALLER + "-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + CALLER + "-01",
        "00-" + TRACE + "-" + CALLER + "-01-more",
        "00-" + TRACE + "-" + CALLER + "-0x"
      })
  void aMalformedHeaderCountsAsNotSent(String malformed) throws Exception {
    HttpResponse<String> response = search("traceparent", malformed, "tracestate", "vendor=1");

    assertEquals(200, response.statusCode());
    SpanData server = span(SpanKind.SERVER);
    assertNotEquals(TRACE, server.getTraceId());
    assertTrue(server.getSpanContext().getTraceState().isEmpty());
  }

  @Test
  void aHeaderThatCameTwiceCountsAsNotSent() throws Exception {
    search("traceparent", PARENT, "traceparent", PARENT);

    assertNotEquals(TRACE, span(SpanKind.SERVER).getTraceId());
  }

  @Test
  void aMalformedStateLosesTheStateAlone() throws Exception {
    search("traceparent", PARENT, "tracestate", "no state at all");

    SpanData server = span(SpanKind.SERVER);
    assertEquals(TRACE, server.getTraceId());
    assertTrue(server.getSpanContext().getTraceState().isEmpty());
  }

  @Test
  void aProblemAndBothLogsHaveTheTrace() throws Exception {
    try (LogLines access = new LogLines("weir.access");
        LogLines slow = new LogLines("weir.slow-query")) {
      JsonNode problem =
          ApiFixture.problem(
              api.send(
                  HttpRequest.newBuilder(api.uri(DOCS + "/vectors/none"))
                      .header("traceparent", PARENT)),
              404,
              "unknown-key");

      assertEquals(TRACE, problem.path("traceId").asString());
      assertEquals(TRACE, access.await(0).get("traceId"));
      assertEquals(TRACE, slow.await(0).get("traceId"));
    }
    SpanData server = span(SpanKind.SERVER);
    assertEquals(404, number(server, "http.response.status_code"));
    assertEquals(StatusCode.UNSET, server.getStatus().getStatusCode(), "the client's mistake");
  }

  @Test
  void aFailureOfTheServersIsAnErrorAndKeepsItsId() throws Exception {
    api.store.beforeStats =
        () -> {
          throw new IllegalStateException("broken");
        };
    JsonNode problem = ApiFixture.problem(api.get("/v1/stats"), 500, "internal");

    SpanData server = span(SpanKind.SERVER);
    assertEquals(StatusCode.ERROR, server.getStatus().getStatusCode());
    assertEquals("500", text(server, "error.type"));
    assertEquals(server.getTraceId(), problem.path("traceId").asString());
    assertTrue(problem.path("errorId").isString());
  }

  @Test
  void anUnknownMethodIsNoNameOfASpan() throws Exception {
    api.send(HttpRequest.newBuilder(api.uri(DOCS)).method("FETCH", BodyPublishers.noBody()));

    SpanData server = span(SpanKind.SERVER);
    assertEquals("HTTP /v1/collections/{collection}", server.getName());
    assertEquals("_OTHER", text(server, "http.request.method"));
    assertEquals("FETCH", text(server, "http.request.method_original"));
  }

  @Test
  void withoutAnythingThatMakesSpansTheCallersIsPassedOn() throws Exception {
    try (ApiFixture bare =
        ApiFixture.start(
            directory.resolve("bare"), UnaryOperator.identity(), OpenTelemetry.noop())) {
      HttpResponse<String> traced =
          bare.send(HttpRequest.newBuilder(bare.uri("/livez")).header("traceparent", PARENT));
      assertEquals(PARENT, traceParent(traced));
      JsonNode problem =
          ApiFixture.problem(
              bare.send(HttpRequest.newBuilder(bare.uri("/nowhere")).header("traceparent", PARENT)),
              404,
              "unknown-route");
      assertEquals(TRACE, problem.path("traceId").asString());
      assertEquals("", traceParent(bare.get("/livez")));
      assertFalse(bare.get("/nowhere").body().contains("traceId"));
    }
    assertEquals(List.of(), exporter.getFinishedSpanItems());
  }
}
