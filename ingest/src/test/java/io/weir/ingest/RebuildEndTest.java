package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.flow.EarlierReading;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.flow.RejectLog;
import io.weir.ingest.flow.ShardFlow;
import io.weir.ingest.poll.ByteBudget;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.ingest.poll.TopicGuard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.scheduler.Schedulers;

/** A rebuild whose successor is closed: by itself, without a broker. */
class RebuildEndTest {
  @TempDir Path folder;

  @Test
  void whoeverAsksWhereItStandsWhenItsSuccessorIsGoneIsAnswered() throws Exception {
    try (VectorStore store = VectorStore.open(folder, StoreOptions.defaults())) {
      VectorCollection films = store.declare("films", new VectorSchema(2, Metric.DOT));
      var _ = films.shard(0);
      Rebuild rebuild =
          Rebuild.start(
              around(films),
              0,
              new ShardRun.Incarnation(Optional.empty(), 1),
              "asked for",
              0,
              EarlierReading.NONE);
      try {
        var _ = rebuild.stop().get(60, TimeUnit.SECONDS);
        films.abandon(0);

        assertEquals(new IngestState.Rebuilding("asked for", 0, 7), rebuild.state(7));
      } finally {
        rebuild.close();
      }
    }
  }

  private static CompletableFuture<Map<String, Optional<UUID>>> unknown() {
    return CompletableFuture.failedFuture(new IllegalStateException("no topic has an id here"));
  }

  /** Of a topic that is there and empty. */
  private static ShardRun.Surroundings around(VectorCollection films) {
    MockConsumer<byte[], ByteBuffer> consumer = new MockConsumer<>("none");
    consumer.updateBeginningOffsets(Map.of(new TopicPartition("films", 0), 0L));
    PartitionPoller poller = new PartitionPoller(consumer, new TopicGuard(() -> 0, _ -> unknown()));
    IngestMetrics metrics = new IngestMetrics(new SimpleMeterRegistry());
    RejectLog rejects = new RejectLog("films", "it is gone", metrics);
    return new ShardRun.Surroundings(
        CollectionFeed.of("films", "films", RecordFormat.FLOAT32),
        films,
        new SharedPoller(_ -> poller, InstantSource.system()),
        new ByteCredit(new ByteBudget(1_000, 1_000)),
        (shard, earlier) ->
            new ShardFlow(
                "films",
                shard,
                RecordDecoder.float32(),
                Optional.empty(),
                false,
                earlier,
                rejects,
                DeclaredFields.NONE,
                metrics,
                Schedulers.immediate(),
                InstantSource.system()),
        () -> poller,
        metrics,
        InstantSource.system());
  }
}
