package io.weir.api.export;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.http.HttpEndpoint;
import io.weir.api.http.HttpLimits;
import io.weir.api.http.HttpSecurity;
import io.weir.api.http.Router;
import io.weir.api.observe.Observer;
import io.weir.api.observe.RequestLogs;
import io.weir.api.position.PositionWait;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import io.weir.api.view.HeldViews;
import io.weir.api.work.WorkerPool;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An export that cannot begin leaves its place to the next one, however long places are kept. */
@ExtendWith(NoLeaks.class)
class ExportSlotTest {

  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration BOUND = ApiFixture.PATIENCE;

  @TempDir private Path directory;
  private final HeldViews views = new HeldViews("exports", 1, NEVER, NEVER);
  private final WorkerPool reads = new WorkerPool("reads", 1, 8, BOUND);
  private final WorkerPool blocks = new WorkerPool("exports", 1, 8, BOUND);
  private final PositionWait wait = new PositionWait();
  private ApiFixture api;
  private HttpEndpoint endpoint;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.put("a", "", 1, 0, 0);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ExportRoute export =
        new ExportRoute(
            new Catalogue(api.store),
            FeedStatus.none(),
            reads,
            blocks,
            wait,
            views,
            new ExportMeters(meters));
    endpoint =
        HttpEndpoint.start(
            "127.0.0.1",
            0,
            new HttpLimits(1 << 20, 1 << 20, 1 << 26, 10, 0, BOUND, BOUND, BOUND),
            new Router(List.of(export.route()), Optional.empty()),
            HttpSecurity.none(),
            meters,
            new Observer(OpenTelemetry.noop(), RequestLogs.defaults()));
  }

  @AfterEach
  void stop() throws Exception {
    endpoint.drain(BOUND);
    blocks.stop(BOUND);
    reads.stop(BOUND);
    wait.close();
    views.close();
    endpoint.close();
    api.close();
  }

  private HttpResponse<String> export(String accept) {
    URI uri =
        URI.create(
            "http://127.0.0.1:" + endpoint.address().getPort() + "/v1/collections/docs/export");
    try {
      return api.client()
          .send(
              HttpRequest.newBuilder(uri).header("Accept", accept).timeout(BOUND).build(),
              BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "application/octet-stream"})
  void aFailureGivesItBack(String accept) {
    api.store.beforeScan =
        () -> {
          throw new IllegalStateException("a bug");
        };
    ApiFixture.problem(export(accept), 500, "internal");
    api.store.beforeScan = () -> {};
    Eventually.holds("the place is free", () -> export(accept).statusCode() == 200);
    Eventually.holds("no view is held", () -> api.store.openViews() == 0);
  }

  @Test
  void aClientThatLeavesWhileItsExportIsBegunGivesItBack() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    api.store.beforeScan =
        () -> {
          begun.countDown();
          await(left);
        };
    try (RawConnection client = new RawConnection(endpoint.address().getPort())) {
      client.send("GET /v1/collections/docs/export HTTP/1.1\r\nHost: w\r\n\r\n");
      await(begun);
    }
    Eventually.holds("the server knows that it left", () -> reads.cancelled() == 1);
    left.countDown();
    Eventually.holds("no view is held", () -> api.store.openViews() == 0);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("it did not come to that in " + BOUND);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
