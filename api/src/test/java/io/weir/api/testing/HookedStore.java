package io.weir.api.testing;

import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointTimes;
import io.weir.storage.CollectionChanges;
import io.weir.storage.CollectionView;
import io.weir.storage.CompactionReport;
import io.weir.storage.RecoveryReport;
import io.weir.storage.ScrubReport;
import io.weir.storage.Shard;
import io.weir.storage.StoreListener;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreTotals;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A store that lets a test do something before a search, a get, a checkpoint or figures. */
public final class HookedStore implements VectorStore {

  private final VectorStore store;

  /** Runs before each search, on its thread. */
  public volatile QueryHook beforeSearch = _ -> {};

  /** Runs before each get, on its thread. */
  public volatile Hook beforeGet = () -> {};

  /** Runs before a view's rows are scanned, on the thread that asks for that. */
  public volatile Runnable beforeScan = () -> {};

  /** Runs before each block of an export, on its thread. */
  public volatile Hook beforeBlock = () -> {};

  private final Set<CollectionView> views = ConcurrentHashMap.newKeySet();

  /** Runs when somebody has begun to read changes from a position, on that thread. */
  public volatile ChangesHook afterChanges = () -> {};

  /** Runs before figures are taken, on that thread. */
  public volatile Runnable beforeStats = () -> {};

  /** Stands between the store's checkpoint and whoever asked for it. */
  public volatile UnaryOperator<CompletableFuture<CheckpointReport>> onCheckpoint = it -> it;

  /** When checkpoints ran and will run, in the store's place. */
  public volatile Optional<CheckpointTimes> checkpointTimes = Optional.empty();

  /** Something that fails as a store does. */
  @FunctionalInterface
  public interface Hook {

    /** Does it. */
    void run() throws IOException;
  }

  /** Something that a test does while others begin to read. */
  @FunctionalInterface
  public interface ChangesHook {

    /** Does it. */
    void run() throws Exception;
  }

  /** Something that looks at a query and fails as a store does. */
  @FunctionalInterface
  public interface QueryHook {

    /** Does it. */
    void run(KnnQuery query) throws IOException;
  }

  HookedStore(VectorStore store) {
    this.store = store;
  }

  /** How many views are open. */
  public int openViews() {
    return views.size();
  }

  @Override
  public RecoveryReport recovery() {
    return store.recovery();
  }

  @Override
  public VectorCollection declare(String name, VectorSchema schema, DeclaredFields fields) {
    return new HookedCollection(store.declare(name, schema, fields));
  }

  @Override
  public Optional<VectorCollection> collection(String name) {
    return store.collection(name).map(HookedCollection::new);
  }

  @Override
  public List<VectorCollection> collections() {
    return store.collections().stream().<VectorCollection>map(HookedCollection::new).toList();
  }

  @Override
  public CompletableFuture<CheckpointReport> checkpoint() {
    return onCheckpoint.apply(store.checkpoint());
  }

  @Override
  public CompletableFuture<CompactionReport> compact() {
    return store.compact();
  }

  @Override
  public List<CheckpointReport> checkpoints() {
    return store.checkpoints();
  }

  @Override
  public CheckpointTimes checkpointTimes() {
    return checkpointTimes.orElseGet(store::checkpointTimes);
  }

  @Override
  public StoreTotals totals() {
    return store.totals();
  }

  @Override
  public void addListener(StoreListener listener) {
    store.addListener(listener);
  }

  @Override
  public void removeListener(StoreListener listener) {
    store.removeListener(listener);
  }

  @Override
  public ScrubReport scrubReport() {
    return store.scrubReport();
  }

  @Override
  public StoreStats stats() {
    beforeStats.run();
    return store.stats();
  }

  @Override
  public void close() throws IOException {
    store.close();
  }

  private final class HookedCollection implements VectorCollection {
    private final VectorCollection collection;

    HookedCollection(VectorCollection collection) {
      this.collection = collection;
    }

    @Override
    public String name() {
      return collection.name();
    }

    @Override
    public VectorSchema schema() {
      return collection.schema();
    }

    @Override
    public DeclaredFields fields() {
      return collection.fields();
    }

    @Override
    public boolean isDeclared() {
      return collection.isDeclared();
    }

    @Override
    public Shard shard(int partition) throws IOException {
      return collection.shard(partition);
    }

    @Override
    public List<Shard> shards() {
      return collection.shards();
    }

    @Override
    public CompletableFuture<@Nullable Void> closeShard(int partition) {
      return collection.closeShard(partition);
    }

    @Override
    public void dropShard(int partition) {
      collection.dropShard(partition);
    }

    @Override
    public Shard successor(int partition) throws IOException {
      return collection.successor(partition);
    }

    @Override
    public CompletableFuture<@Nullable Void> promote(int partition) {
      return collection.promote(partition);
    }

    @Override
    public void abandon(int partition) throws IOException {
      collection.abandon(partition);
    }

    @Override
    public Optional<StoredRow> get(String key, Map<Integer, Long> asOf) throws IOException {
      beforeGet.run();
      return collection.get(key, asOf);
    }

    @Override
    public long liveRows() throws IOException {
      return collection.liveRows();
    }

    @Override
    public List<SearchResult> search(List<KnnQuery> queries) throws IOException {
      for (KnnQuery query : queries) {
        beforeSearch.run(query);
      }
      return collection.search(queries);
    }

    @Override
    public CollectionChanges changes() {
      return collection.changes();
    }

    @Override
    public CollectionChanges changes(Map<Integer, Long> since, Map<Integer, Integer> incarnations) {
      CollectionChanges changes = collection.changes(since, incarnations);
      try {
        afterChanges.run();
        return changes;
      } catch (Exception e) {
        changes.close();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public CollectionView view(Map<Integer, Long> asOf) throws IOException {
      HookedView view = new HookedView(collection.view(asOf));
      views.add(view);
      return view;
    }
  }

  private final class HookedScan implements RowScan {
    private final RowScan scan;

    HookedScan(RowScan scan) {
      this.scan = scan;
    }

    @Override
    public void seek(int partition, long offset) {
      scan.seek(partition, offset);
    }

    @Override
    public Block next(BlockLimit limit, BooleanSupplier cancelled) throws IOException {
      beforeBlock.run();
      return scan.next(limit, cancelled);
    }
  }

  private final class HookedView implements CollectionView {
    private final CollectionView view;

    HookedView(CollectionView view) {
      this.view = view;
    }

    @Override
    public VectorSchema schema() {
      return view.schema();
    }

    @Override
    public SortedMap<Integer, SourcePosition> position() {
      return view.position();
    }

    @Override
    public Optional<StoredRow> get(String key) throws IOException {
      beforeGet.run();
      return view.get(key);
    }

    @Override
    public List<SearchResult> search(List<KnnQuery> queries) throws IOException {
      for (KnnQuery query : queries) {
        beforeSearch.run(query);
      }
      return view.search(queries);
    }

    @Override
    public RowScan rows(boolean withVector, boolean withPayload) {
      beforeScan.run();
      return new HookedScan(view.rows(withVector, withPayload));
    }

    @Override
    public RowScan rows(boolean withVector, boolean withPayload, Filter filter) {
      beforeScan.run();
      return new HookedScan(view.rows(withVector, withPayload, filter));
    }

    @Override
    public long count(Filter filter, BooleanSupplier cancelled) throws IOException {
      return view.count(filter, cancelled);
    }

    @Override
    public void close() {
      views.remove(this);
      view.close();
    }
  }
}
