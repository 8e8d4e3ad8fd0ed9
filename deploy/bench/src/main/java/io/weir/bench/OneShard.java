package io.weir.bench;

import io.weir.storage.CheckpointReport;
import io.weir.storage.CompactionOptions;
import io.weir.storage.CompactionReport;
import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** A store of one collection with one shard, as the benches use it. */
final class OneShard implements AutoCloseable {

  /**
   * Compaction when it is asked for, as fast as it can: nothing happens beside what is measured.
   */
  static final StoreOptions OPTIONS =
      StoreOptions.defaults()
          .withCompaction(CompactionOptions.defaults().withAutomatic(false).withBytesPerSecond(0));

  /** A hot buffer so large that no checkpoint starts by itself either. */
  static final StoreOptions NO_CHECKPOINTS = OPTIONS.withHotBufferBytes(4L << 30);

  static final String COLLECTION = "bench";
  private static final int WAIT_MINUTES = 10;
  private static final int PROGRESS_ROWS = 1 << 10;

  private final VectorStore store;
  private final VectorCollection collection;
  private final Shard shard;

  private OneShard(VectorStore store, VectorCollection collection, Shard shard) {
    this.store = store;
    this.collection = collection;
    this.shard = shard;
  }

  static OneShard open(Path directory, StoreOptions options) throws IOException {
    return open(directory, options, Metric.COSINE);
  }

  @SuppressWarnings("MustBeClosedChecker") // the store moves into the returned object
  static OneShard open(Path directory, StoreOptions options, Metric metric) throws IOException {
    VectorStore store = VectorStore.open(directory, options);
    try {
      VectorCollection collection =
          store.declare(COLLECTION, new VectorSchema(Rows.DIMENSION, metric));
      return new OneShard(store, collection, collection.shard(0));
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  VectorStore store() {
    return store;
  }

  VectorCollection collection() {
    return collection;
  }

  Shard shard() {
    return shard;
  }

  /**
   * Appends rows whose offsets are their numbers, waiting for checkpoints where it is full.
   *
   * @param progress is told now and then how many rows are in
   */
  void append(Rows rows, int from, int to, LongConsumer progress) throws Exception {
    append(rows, from, to, 0, progress);
  }

  /** Appends rows whose offsets are so much above their numbers. */
  void append(Rows rows, int from, int to, long offsets, LongConsumer progress) throws Exception {
    for (int number = from; number < to; number++) {
      VectorRecord record = rows.record(offsets + number, number);
      AppendResult result = shard.append(record, 0);
      while (result instanceof AppendResult.Full full) {
        full.roomFreed().toCompletableFuture().get(WAIT_MINUTES, TimeUnit.MINUTES);
        result = shard.append(record, 0);
      }
      if (!(result instanceof AppendResult.Appended)) {
        throw new IllegalStateException("not appended: " + result);
      }
      if (number % PROGRESS_ROWS == 0) {
        progress.accept(number - from);
      }
    }
  }

  /** Makes durable what was appended, and waits. */
  void checkpoint() throws Exception {
    CheckpointReport report = store.checkpoint().get(WAIT_MINUTES, TimeUnit.MINUTES);
    if (!report.succeeded()) {
      throw new IllegalStateException("the checkpoint failed: " + report);
    }
  }

  /** Merges small segments and drops dead rows until nothing is left to do, and waits. */
  void compact() throws Exception {
    CompactionReport report = store.compact().get(WAIT_MINUTES, TimeUnit.MINUTES);
    if (!report.succeeded()) {
      throw new IllegalStateException("the compaction failed: " + report);
    }
  }

  /** Bytes of mapped segment files in memory, as the store says it. */
  long residentBytes() {
    return store.stats().total().mapped().residentBytes().orElseThrow();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }
}
