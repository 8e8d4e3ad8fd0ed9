package io.weir.storage;

import io.weir.storage.check.Depth;
import io.weir.storage.check.Finding;
import io.weir.storage.check.Progress;
import io.weir.storage.check.ReadThrottle;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.query.ScoringPool;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.vector.VectorKernel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of one data folder. */
final class LocalVectorStore implements VectorStore {
  private static final Logger LOG = LoggerFactory.getLogger(LocalVectorStore.class);

  private final Path directory;
  private final StoreOptions options;
  private final StorageFiles files;
  private final OperatingSystem os;
  private final Closeable lock;
  private final StoreIdentity identity;
  private final MemoryBudget budget;
  private final Checkpointer checkpointer;
  private final Compactor compactor;
  private final Scrubber scrubber;
  private final ScoringPool scoring;
  private final StoreListeners listeners = new StoreListeners();
  private final SortedMap<String, LocalCollection> collections = new ConcurrentSkipListMap<>();
  private RecoveryReport recovery = new RecoveryReport(0, 0, 0, 0, 0, Duration.ZERO);
  private int strayFiles;
  private volatile boolean closed;

  private LocalVectorStore(
      Path directory,
      StoreOptions options,
      StorageFiles files,
      OperatingSystem os,
      Closeable lock,
      StoreIdentity identity,
      Optional<ByteBuffer> callersPiece) {
    this.directory = directory;
    this.options = options;
    this.files = files;
    this.os = os;
    this.lock = lock;
    this.identity = identity;
    this.budget = new MemoryBudget(options.hotBufferBytes());
    Clock clock = Clock.systemUTC();
    this.compactor =
        new Compactor(
            this::allShards,
            options.compaction(),
            clock,
            os::isReadable,
            listeners::merged,
            callersPiece);
    this.scoring = new ScoringPool(callersPiece.isEmpty() ? options.scoringThreads() : 0);
    this.scrubber = new Scrubber(files, directory, options.scrub(), clock);
    this.checkpointer =
        new Checkpointer(
            this::allShards,
            options.checkpoints(),
            options.checkpointJitter(),
            clock,
            report -> {
              listeners.checkpointed(report);
              compactor.lookAgain();
            },
            callersPiece);
  }

  static VectorStore open(Path directory, StoreOptions options) throws IOException {
    return open(directory, options, StorageFiles.real());
  }

  static VectorStore open(Path directory, StoreOptions options, StorageFiles files)
      throws IOException {
    return open(directory, options, files, OperatingSystem.host());
  }

  static VectorStore open(
      Path directory, StoreOptions options, StorageFiles files, OperatingSystem os)
      throws IOException {
    return open(directory, options, files, os, Optional.empty());
  }

  /**
   * Opens a store.
   *
   * @param callersPiece if present, the store has no threads of its own: see {@link Checkpointer}
   */
  static VectorStore open(
      Path directory,
      StoreOptions options,
      StorageFiles files,
      OperatingSystem os,
      Optional<ByteBuffer> callersPiece)
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
              directory,
              options,
              files,
              os,
              lock,
              StoreIdentity.loadOrCreate(files, directory),
              callersPiece);
      store.openFiles(started);
      store.checkpointer.start();
      store.compactor.start();
      if (callersPiece.isEmpty()) {
        store.scrubber.start();
      }
      LOG.debug("vector kernel: {}", VectorKernel.BEST.description());
      return store;
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  /**
   * The folder's own name must survive a crash too, also if an earlier open made it and failed. One
   * with an identity has been through here.
   */
  private static void makeRoot(StorageFiles files, Path directory) throws IOException {
    if (StoreIdentity.isIn(files, directory)) {
      return;
    }
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

  private void openFiles(long startedNanos) throws IOException {
    OpenAttempts attempts = OpenAttempts.begin(files, directory);
    try {
      if (attempts.isSuspicious()) {
        LOG.warn(
            "{}: the process died in each of the last {} opens; all files are read before they are"
                + " mapped",
            directory,
            attempts.aborted());
        verifyAll();
      }
      recover(startedNanos);
    } finally {
      attempts.end();
    }
  }

  /** Reads every byte by position: a sector that cannot be read is an error, and not the end. */
  private void verifyAll() throws IOException {
    VerifyReport report =
        new StoreVerifier(files, directory, Depth.CHECKSUMS, ReadThrottle.UNLIMITED, Progress.NONE)
            .verify();
    if (!report.whole()) {
      Finding first = report.findings().getFirst();
      throw new CorruptFileException(
          first.file(),
          first.part() + ", bytes " + first.from() + " to " + first.to(),
          first.expected(),
          first.actual());
    }
  }

  private void recover(long startedNanos) throws IOException {
    RecoveryEvent event = RecoveryEvent.begun();
    try {
      for (String name : StoreLayout.collections(files, directory)) {
        recoverCollection(name);
      }
    } catch (Throwable e) {
      allShards().forEach(LocalShard::close);
      throw e;
    }
    recovery =
        new RecoveryReport(
            collections.size(),
            allShards().size(),
            allShards().stream().mapToInt(LocalShard::chunks).sum(),
            allShards().stream().mapToLong(LocalShard::durableLiveRows).sum(),
            strayFiles,
            Duration.ofNanos(System.nanoTime() - startedNanos));
    event.end(recovery);
  }

  private void recoverCollection(String name) throws IOException {
    for (int partition : folders(name).partitions()) {
      Optional<VectorSchema> schema = folders(name).schema(partition);
      if (schema.isPresent()) {
        LocalCollection collection =
            collections.computeIfAbsent(name, _ -> newCollection(name, schema.get()));
        if (!collection.schema().equals(schema.get())) {
          throw new CorruptFileException(
              StoreLayout.folder(directory, name, partition, 0).path(),
              "schema",
              collection.schema() + " as other shards",
              schema.get());
        }
        if (options.shardOpening() == ShardOpening.AT_START) {
          collection.shard(partition);
        }
      }
    }
  }

  private void removed(Path stray) {
    strayFiles++;
    LOG.info("removed {}, left by something that did not finish", stray);
  }

  private ShardFolders folders(String collection) {
    return new ShardFolders(files, directory, collection, this::removed);
  }

  private LocalCollection newCollection(String name, VectorSchema schema) {
    return new LocalCollection(name, schema, this::openShard, folders(name), checkpointer, scoring);
  }

  private LocalShard openShard(
      String collection,
      VectorSchema schema,
      Supplier<Optional<DeclaredFields>> declared,
      StoreLayout.Folder folder,
      boolean successor)
      throws IOException {
    checkOpen();
    DurableShard.Identity shard =
        new DurableShard.Identity(
            identity.store(), identity.keyHash(), collection, folder.partition(), schema);
    DurableShard durable =
        DurableShard.open(
            files,
            directory,
            folder.path(),
            shard,
            successor,
            new DurableShard.Settings(
                options.segmentBytes(), options.history(), InstantSource.system()),
            this::removed);
    return new LocalShard(
        shard,
        durable,
        folder,
        successor,
        new DiskRoom(files, directory, options.diskReserveBytes()),
        budget,
        declared,
        checkpointer::memoryRunsShort);
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
  public synchronized VectorCollection declare(
      String name, VectorSchema schema, DeclaredFields fields) {
    checkOpen();
    StoreLayout.checkCollectionName(name);
    LocalCollection existing = collections.get(name);
    if (existing == null) {
      LocalCollection made = newCollection(name, schema);
      made.declare(fields);
      collections.put(name, made);
      return made;
    }
    if (!existing.schema().equals(schema)) {
      throw new SchemaMismatchException(name, existing.schema(), schema);
    }
    existing.declare(fields);
    // Merges of what was on the disk have waited for it.
    compactor.lookAgain();
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
  public CompletableFuture<CompactionReport> compact() {
    return compactor.request();
  }

  @Override
  public ScrubReport scrubReport() {
    return scrubber.report();
  }

  @Override
  public List<CheckpointReport> checkpoints() {
    return checkpointer.history();
  }

  @Override
  public CheckpointTimes checkpointTimes() {
    return checkpointer.times();
  }

  @Override
  public StoreTotals totals() {
    return new StoreTotals(
        checkpointer.totals(),
        compactor.totals(),
        new StoreTotals.PassTotals(scoring.passes(), scoring.searches()));
  }

  @Override
  public void addListener(StoreListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    listeners.remove(listener);
  }

  @Override
  public StoreStats stats() {
    checkOpen();
    List<StoreStats.CollectionStats> figures =
        collections.values().stream().map(collection -> collection.stats(os)).toList();
    OptionalLong rootBytes =
        Stream.of(StoreLayout.LOCK, StoreIdentity.NAME)
            .map(name -> files.allocatedBytes(directory.resolve(name)))
            .reduce(OptionalLong.of(0), Figures::sum);
    ProcessStats process = ProcessStats.of(os.process());
    // Last: what could not be had above is among them.
    return new StoreStats(
        budget.limitBytes(),
        budget.usedBytes(),
        budget.spareBytes(),
        rootBytes,
        figures,
        process,
        os.notes());
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
      scrubber.close();
      compactor.close();
      checkpointer.close();
      allShards().forEach(LocalShard::close);
    } finally {
      scoring.close();
      budget.keepNothing();
      lock.close();
    }
  }
}
