package io.weir.storage;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Collections of vectors in one data folder, fed by log partitions and made durable by checkpoints.
 *
 * <p>There is no write-ahead log: the log that the records come from is it. A store promises that
 * whatever lies below a shard's durable position survives a crash, and that whatever lies below its
 * applied position is visible to queries. After a crash the feeder starts again at the durable
 * position.
 *
 * <p><b>Threads:</b> all methods may be called from any thread; none but {@link #open} and {@link
 * #close} waits for a disk. Each {@link Shard} takes one writer at a time.
 *
 * <p><b>Ownership:</b> the store owns its files, its maps and its off-heap memory; what it returns
 * is copied. After {@link #close} every method but {@code close} throws {@link
 * IllegalStateException}.
 */
public interface VectorStore extends AutoCloseable {

  /**
   * Opens the store in a folder, making the folder where it is missing, and recovers every
   * collection in it. The cost grows with the number of chunks, not with the number of rows.
   *
   * @throws StoreLockedException if another process, or this one, has the folder open
   * @throws CorruptFileException if a file is damaged: it names file, place, expected and actual
   * @throws IncompatibleFormatException if the files were written by a newer, incompatible Weir
   * @throws IOException if the disk fails
   */
  static VectorStore open(Path directory, StoreOptions options) throws IOException {
    return LocalVectorStore.open(directory, options);
  }

  /** What opening found on the disk and how long it took. */
  RecoveryReport recovery();

  /**
   * Returns the collection of that name, making it where it is missing. Nothing is written before
   * its first checkpoint.
   *
   * @param name 1 to 100 characters of {@code a-z A-Z 0-9 . _ -}, the first a letter or digit
   * @throws SchemaMismatchException if its rows on the disk have another dimension or metric
   * @throws IllegalArgumentException if the name is not allowed
   */
  default VectorCollection declare(String name, VectorSchema schema) {
    return declare(name, schema, DeclaredFields.NONE);
  }

  /**
   * Returns the collection of that name, making it where it is missing, with the fields that it can
   * be filtered by from now on, in place of those that it had. What was found on the disk is not
   * merged by itself before this: no columns go because nobody has named their fields yet.
   *
   * @throws SchemaMismatchException if its rows on the disk have another dimension or metric
   * @throws IllegalArgumentException if the name is not allowed
   */
  VectorCollection declare(String name, VectorSchema schema, DeclaredFields fields);

  /** Returns the collection of that name, if it is declared or was found on the disk. */
  Optional<VectorCollection> collection(String name);

  /** Returns all collections, in order of their names. */
  List<VectorCollection> collections();

  /**
   * Asks for a checkpoint of all shards: everything appended before this call is durable when the
   * returned future completes, unless the report names failures. Runs on the store's own thread;
   * requests that come while one runs share the next.
   */
  CompletableFuture<CheckpointReport> checkpoint();

  /**
   * Asks for a compaction of all shards: small segments are merged, however few, and dead rows are
   * dropped, as far as history does not need them, until at most a fiftieth of a segment's rows is
   * dead. Runs on a thread of the store's own, beside checkpoints and queries, at the rate of
   * {@link CompactionOptions#bytesPerSecond}. Compaction also runs by itself, unless it is switched
   * off. Of a collection that was found on the disk and is not declared, segments with columns of
   * fields stay as they are.
   */
  CompletableFuture<CompactionReport> compact();

  /** Returns what reading the files again in the background has found; see {@link ScrubOptions}. */
  ScrubReport scrubReport();

  /** Returns the latest checkpoints that wrote something or failed, newest first; at most 100. */
  List<CheckpointReport> checkpoints();

  /** Returns when checkpoints last ran and when the next one comes by itself. */
  CheckpointTimes checkpointTimes();

  /** Returns what checkpoints, merges and passes have come to since the store was opened. */
  StoreTotals totals();

  /** Has a listener hear of checkpoints and merges that end from now on. */
  void addListener(StoreListener listener);

  /** Has it hear of no more. */
  void removeListener(StoreListener listener);

  /**
   * Returns figures of all shards and of the process, taken now. Reads no row and no index, but
   * asks the operating system for each map and each file.
   */
  StoreStats stats();

  /**
   * Closes without a checkpoint: hot rows are dropped, the log still has them. Waits for a running
   * checkpoint. Running queries go on; the last of them frees what they read.
   */
  @Override
  void close() throws IOException;
}
