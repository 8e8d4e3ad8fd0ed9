package io.weir.api.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryNotesTest {

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                  .build())
          .build();
  private final Observation request =
      new Observer(sdk, RequestLogs.defaults())
          .begin(
              new RequestHead(
                  "GET", "/", "1.1", "http", Optional.empty(), Optional.empty(), _ -> List.of()));
  private final QueryNotes notes = request.query(QueryNotes.Kind.GET, "docs");

  @AfterEach
  void close() {
    sdk.close();
  }

  private static String currentSpan() {
    return Span.current().getSpanContext().getSpanId();
  }

  private List<String> ended() {
    return exporter.getFinishedSpanItems().stream().map(SpanData::getSpanId).toList();
  }

  @Test
  void workIsASpanBelowTheRequest() throws Exception {
    String query = notes.work(QueryNotesTest::currentSpan);
    request.end(Optional.of(200), "cancelled", 0);

    assertEquals(2, ended().size());
    assertEquals(query, ended().getFirst());
  }

  @Test
  void workThatBeginsAfterTheEndBeginsNoSpan() throws Exception {
    request.end(Optional.empty(), "cancelled", 0);
    String late = notes.work(QueryNotesTest::currentSpan);

    assertEquals(List.of(late), ended());
    assertNotEquals("0000000000000000", late);
  }
}
