package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.poll.ByteBudget;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

class FeedRunTest {
  @TempDir Path folder;

  @Test
  void whatIsBrokenOffByTheStopIsNoNewsOfTheBrokers() throws IOException {
    CollectionFeed films = CollectionFeed.of("films", "films", RecordFormat.FLOAT32);
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults());
        FeedRun run =
            new FeedRun(
                films,
                new FeedDecoders(films, Optional.empty()),
                store.declare("films", new VectorSchema(2, Metric.DOT)),
                IngestSettings.of(Map.of("bootstrap.servers", "127.0.0.1:1"), List.of(films)),
                new ByteBudget(1_000, 1_000),
                Schedulers.immediate(),
                new IngestMetrics(new SimpleMeterRegistry()),
                new SharedPoller(
                    _ -> {
                      throw new AssertionError("nothing is read");
                    },
                    InstantSource.system()),
                () -> {
                  throw new AssertionError("nothing is rebuilt");
                },
                InstantSource.system())) {
      run.unreachable("no answer");
      assertEquals(new IngestState.Connecting("no answer"), run.status().state());

      run.closing();
      run.unreachable("the client was closed");

      assertEquals(new IngestState.Connecting("no answer"), run.status().state());
    }
  }
}
