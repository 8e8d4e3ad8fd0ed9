package io.weir.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The demand for rows is that of the connection. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ExportFlowTest {

  private static final int BLOCK_BYTES = 64 << 10;

  /** What the sockets of both sides, and the buffers between them and the rows, may hold. */
  private static final long MOST_UNREAD_BYTES = 24L << 20;

  @TempDir private Path directory;

  /** A server that would fill any memory. */
  private static FakeServer.Reply endless(AtomicLong sentBytes) {
    StringBuilder lines = new StringBuilder();
    while (lines.length() < BLOCK_BYTES) {
      lines.append("{\"key\":\"k\",\"partition\":0,\"offset\":1,\"timestamp\":5}\n");
    }
    byte[] block = lines.toString().getBytes(StandardCharsets.UTF_8);
    return response ->
        response
            .header("Content-Type", "application/x-ndjson")
            .send(
                Flux.<Long, Long>generate(
                        () -> 0L,
                        (count, sink) -> {
                          sink.next(count);
                          return count + 1;
                        })
                    .map(_ -> {
                      sentBytes.addAndGet(block.length);
                      return Unpooled.wrappedBuffer(block);
                    }),
                _ -> true);
  }

  @Test
  void whoDoesNotAskIsNotSentAnything() {
    AtomicLong sent = new AtomicLong();
    try (FakeServer server = FakeServer.answering(endless(sent));
        WeirClient weir =
            WeirClient.builder(server.url()).deadline(Duration.ofSeconds(2)).build()) {
      StepVerifier.create(weir.collection("docs").export(ExportRequest.lines()), 3)
          .expectNextCount(3)
          .then(() -> {
            long first = settled(sent);
            assertTrue(first < MOST_UNREAD_BYTES, () -> "sent " + first);
          })
          // So long that a stall would have been seen, had nobody's silence been the reason.
          .expectNoEvent(Duration.ofSeconds(3))
          .thenRequest(600_000)
          .expectNextCount(600_000)
          .thenCancel()
          .verify(ApiFixture.PATIENCE);
      assertTrue(sent.get() > MOST_UNREAD_BYTES, () -> "sent " + sent);
      Eventually.holds("the connection is closed", () -> server.gone.get() == 1);
    }
  }

  /** Waits until nothing more is sent for a while. */
  private static long settled(AtomicLong sent) {
    int unchanged = 0;
    long before = -1;
    while (unchanged < 20) {
      long now = sent.get();
      unchanged = now == before ? unchanged + 1 : 0;
      before = now;
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    return before;
  }

  @Test
  void rowsThatAreTakenOneByOneAreAllThere() throws Exception {
    int rows = 4_000;
    try (ApiFixture api = ApiFixture.start(directory)) {
      for (int i = 0; i < rows; i++) {
        api.put("key " + i, "{\"i\":" + i + "}", i, -i, 1);
      }
      try (WeirClient weir = WeirClient.builder(api.uri("")).build()) {
        for (ExportRequest request :
            new ExportRequest[] {ExportRequest.lines(), ExportRequest.frames()}) {
          AtomicLong next = new AtomicLong();
          StepVerifier.create(weir.collection("docs").export(request).limitRate(1))
              .thenConsumeWhile(
                  _ -> true,
                  row -> {
                    long i = next.getAndIncrement();
                    assertEquals(i, row.offset());
                    assertEquals("key " + i, row.key());
                    assertEquals(Vector.of((float) i, (float) -i, 1), row.vector().orElseThrow());
                  })
              .expectComplete()
              .verify(ApiFixture.PATIENCE);
          assertEquals(rows, next.get());
        }
      }
      Eventually.holds("the views are given back", () -> api.store.openViews() == 0);
    }
  }

  @Test
  void anExportThatIsLeftGivesItsViewBack() throws Exception {
    try (ApiFixture api = ApiFixture.start(directory)) {
      for (int i = 0; i < 20_000; i++) {
        api.put("key " + i, "", i, 1, 1);
      }
      try (WeirClient weir = WeirClient.builder(api.uri("")).build()) {
        StepVerifier.create(weir.collection("docs").export(ExportRequest.lines()), 5)
            .expectNextCount(5)
            .thenCancel()
            .verify(ApiFixture.PATIENCE);
        Eventually.holds("the view is given back", () -> api.store.openViews() == 0);
      }
    }
  }
}
