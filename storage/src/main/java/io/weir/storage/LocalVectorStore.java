package io.weir.storage;

import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.vector.VectorKernel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of one data folder. */
final class LocalVectorStore implements VectorStore {
  private static final Logger LOG = LoggerFactory.getLogger(LocalVectorStore.class);

  private final Path directory;
  private final StoreOptions options;
  private final StorageFiles files;
  private final Closeable lock;
  private final StoreIdentity identity;
  private final MemoryBudget budget;
  private final Checkpointer checkpointer;
  private final SortedMap<String, LocalCollection> collections = new ConcurrentSkipListMap<>();
  private RecoveryReport recovery = new RecoveryReport(0, 0, 0, 0, 0, Duration.ZERO);
  private int strayFiles;
  private volatile boolean closed;

  private LocalVectorStore(
      Path directory,
      StoreOptions options,
      StorageFiles files,
      Closeable lock,
      StoreIdentity identity) {
    this.directory = directory;
    this.options = options;
    this.files = files;
    this.lock = lock;
    this.identity = identity;
    this.budget = new MemoryBudget(options.hotBufferBytes());
    this.checkpointer =
        new Checkpointer(this::allShards, options.checkpointInterval(), Clock.systemUTC());
  }

  static VectorStore open(Path directory, StoreOptions options) throws IOException {
    return open(directory, options, StorageFiles.real());
  }

  static VectorStore open(Path directory, StoreOptions options, StorageFiles files)
      throws IOException {
    long started = System.nanoTime();
    makeRoot(files, directory);
    Closeable lock =
        files
            .lock(directory.resolve(StoreLayout.LOCK))
            .orElseThrow(() -> new StoreLockedException(directory));
    try {
      LocalVectorStore store =
          new LocalVectorStore(
              directory, options, files, lock, StoreIdentity.loadOrCreate(files, directory));
      store.recover(started);
      store.checkpointer.start();
      LOG.debug("vector kernel: {}", VectorKernel.BEST.description());
      return store;
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  /** The folder's own name must survive a crash too, also if an earlier open made it and failed. */
  private static void makeRoot(StorageFiles files, Path directory) throws IOException {
    files.createDirectories(directory);
    Path parent = directory.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try {
      files.forceDirectory(parent);
    } catch (AccessDeniedException e) {
      LOG.debug("{} is not ours to force: {}", parent, e.toString());
    }
  }

  private void recover(long startedNanos) throws IOException {
    try {
      for (String name : StoreLayout.collections(files, directory)) {
        recoverCollection(name);
      }
    } catch (Throwable e) {
      allShards().forEach(LocalShard::close);
      throw e;
    }
    StoreStats stats = stats();
    recovery =
        new RecoveryReport(
            collections.size(),
            allShards().size(),
            stats.collections().stream()
                .flatMap(collection -> collection.shards().stream())
                .mapToInt(StoreStats.ShardStats::chunks)
                .sum(),
            stats.collections().stream().mapToLong(StoreStats.CollectionStats::liveRows).sum(),
            strayFiles,
            Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  private void recoverCollection(String name) throws IOException {
    for (int partition : StoreLayout.partitions(files, directory, name)) {
      Path shard = StoreLayout.shard(directory, name, partition);
      Optional<VectorSchema> schema = DurableShard.storedSchema(files, shard);
      if (schema.isPresent()) {
        LocalCollection collection = collections.get(name);
        if (collection == null) {
          collection = new LocalCollection(name, schema.get(), this::openShard);
          collections.put(name, collection);
        } else if (!collection.schema().equals(schema.get())) {
          throw new CorruptFileException(
              shard, "schema", collection.schema() + " as other shards", schema.get());
        }
        collection.shard(partition);
      } else if (!files.list(shard).isEmpty()) {
        // Says what is wrong if there are data files; leftovers of a first checkpoint are not.
        DurableShard.requireNoData(files, shard);
      }
    }
  }

  private LocalShard openShard(String collection, VectorSchema schema, int partition)
      throws IOException {
    checkOpen();
    DurableShard.Identity shard =
        new DurableShard.Identity(
            identity.store(), identity.keyHash(), collection, partition, schema);
    DurableShard durable =
        DurableShard.open(
            files,
            directory,
            StoreLayout.shard(directory, collection, partition),
            shard,
            options.segmentBytes(),
            stray -> {
              strayFiles++;
              LOG.info("removed {}, left by a checkpoint that did not finish", stray);
            });
    return new LocalShard(shard, durable, budget, checkpointer::memoryRunsShort);
  }

  private List<LocalShard> allShards() {
    return collections.values().stream()
        .flatMap(collection -> collection.localShards().stream())
        .toList();
  }

  @Override
  public RecoveryReport recovery() {
    return recovery;
  }

  @Override
  public synchronized VectorCollection declare(String name, VectorSchema schema) {
    checkOpen();
    StoreLayout.checkCollectionName(name);
    LocalCollection existing = collections.get(name);
    if (existing == null) {
      LocalCollection made = new LocalCollection(name, schema, this::openShard);
      collections.put(name, made);
      return made;
    }
    if (!existing.schema().equals(schema)) {
      throw new SchemaMismatchException(name, existing.schema(), schema);
    }
    return existing;
  }

  @Override
  public Optional<VectorCollection> collection(String name) {
    checkOpen();
    return Optional.ofNullable(collections.get(name));
  }

  @Override
  public List<VectorCollection> collections() {
    checkOpen();
    return List.copyOf(collections.values());
  }

  @Override
  public CompletableFuture<CheckpointReport> checkpoint() {
    return checkpointer.request();
  }

  @Override
  public List<CheckpointReport> checkpoints() {
    return checkpointer.history();
  }

  @Override
  public StoreStats stats() {
    checkOpen();
    return new StoreStats(
        budget.limitBytes(),
        budget.usedBytes(),
        collections.values().stream().map(LocalCollection::stats).toList());
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try {
      checkpointer.close();
      allShards().forEach(LocalShard::close);
    } finally {
      lock.close();
    }
  }
}
