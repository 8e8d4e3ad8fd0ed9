package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.WeirSettings;
import io.weir.deploy.PortPolicy;
import io.weir.deploy.WeirServer;
import io.weir.deploy.config.WeirConfig;
import io.weir.storage.CheckpointReport;
import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import io.weir.storage.record.SourcePosition;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A Weir as {@code serve} starts it, in this process, that reads a topic to its end. */
final class TopicIntoWeir {
  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(10);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private TopicIntoWeir() {}

  /**
   * How long it took.
   *
   * @param searchable seconds from the start until every record could be found
   * @param durable seconds from the start until none could be lost
   */
  record Seconds(double searchable, double durable) {}

  /**
   * Reads a topic whose records have the keys 0, 1, 2 ... in turn over its partitions.
   *
   * @param directory where settings and data go
   */
  static Seconds measure(Path directory, String bootstrapServers, String topic, int records)
      throws Exception {
    WeirConfig config =
        WeirSettings.read(WeirSettings.write(directory, bootstrapServers, topic, Rows.DIMENSION));
    long started = System.nanoTime();
    try (WeirServer weir = WeirServer.start(config, PortPolicy.FIXED)) {
      VectorCollection collection = weir.store().collection(WeirSettings.COLLECTION).orElseThrow();
      while (sum(collection, Shard::appliedPosition) < records) {
        if (System.nanoTime() - started > LIMIT_NANOS) {
          throw new IllegalStateException("Weir is not through: " + weir.ingest().status());
        }
        LockSupport.parkNanos(LOOK_NANOS);
      }
      if (collection.get(Rows.key(records - 1)).isEmpty()) {
        throw new IllegalStateException("the last record cannot be found");
      }
      double searchable = (System.nanoTime() - started) / 1e9;
      CheckpointReport report = weir.store().checkpoint().get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
      double durable = (System.nanoTime() - started) / 1e9;
      if (!report.succeeded() || sum(collection, Shard::durablePosition) != records) {
        throw new IllegalStateException("not everything is durable: " + report);
      }
      return new Seconds(searchable, durable);
    }
  }

  private static long sum(
      VectorCollection collection, Function<Shard, Optional<SourcePosition>> position) {
    List<Shard> shards = collection.shards();
    long sum = 0;
    for (Shard shard : shards) {
      sum += position.apply(shard).map(SourcePosition::nextOffset).orElse(0L);
    }
    return shards.size() <= BrokerProcess.PARTITIONS ? sum : -1;
  }
}
