package io.weir.storage;

import io.weir.storage.HeldShards.Held;
import io.weir.storage.StoreLayout.Folder;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.query.CollectionSnapshot;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowLookup;
import io.weir.storage.query.ScoringPool;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.ShardView;
import io.weir.storage.query.SharedSearch;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection of this process: its shards, and what they answer together.
 *
 * <p><b>Threads:</b> who opens and closes shards holds the monitor; nobody waits for the checkpoint
 * thread under it, which takes it, too. A shard leaves {@code members} before it is closed, so
 * whoever finds a closed one there finds the store closed.
 */
final class LocalCollection implements VectorCollection {
  private static final Logger LOG = LoggerFactory.getLogger(LocalCollection.class);

  private final String name;
  private final VectorSchema schema;
  private final ShardOpener opener;
  private final ShardFolders folders;
  private final Checkpointer checkpointer;
  private final ScoringPool scoring;
  private final SharedSearch searches;

  /** Empty until somebody declares the collection: it was found on the disk. */
  private volatile Optional<DeclaredFields> declared = Optional.empty();

  private volatile ShardMembers members = ShardMembers.NONE;

  /** Opens shards of a collection. */
  @FunctionalInterface
  interface ShardOpener {
    /**
     * Opens one.
     *
     * @param declared the fields that are declared now, if the collection is declared
     * @param successor whether it is made beside the shard that is in the partition's place
     */
    LocalShard open(
        String collection,
        VectorSchema schema,
        Supplier<Optional<DeclaredFields>> declared,
        Folder folder,
        boolean successor)
        throws IOException;
  }

  LocalCollection(
      String name,
      VectorSchema schema,
      ShardOpener opener,
      ShardFolders folders,
      Checkpointer checkpointer,
      ScoringPool scoring) {
    this.name = name;
    this.schema = schema;
    this.opener = opener;
    this.folders = folders;
    this.checkpointer = checkpointer;
    this.scoring = scoring;
    this.searches = new SharedSearch(schema, this::fields, this::snapshot, scoring);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public VectorSchema schema() {
    return schema;
  }

  @Override
  public DeclaredFields fields() {
    return declared.orElse(DeclaredFields.NONE);
  }

  @Override
  public boolean isDeclared() {
    return declared.isPresent();
  }

  private Optional<DeclaredFields> declared() {
    return declared;
  }

  /** Puts fields in place of those that were declared before. */
  synchronized void declare(DeclaredFields fields) {
    declared = Optional.of(fields);
    members.all().forEach(LocalShard::fieldsDeclared);
  }

  @Override
  public synchronized LocalShard shard(int partition) throws IOException {
    if (partition < 0) {
      throw new IllegalArgumentException("partition " + partition + " is negative");
    }
    Optional<LocalShard> existing = members.shard(partition);
    if (existing.isPresent()) {
      return existing.get();
    }
    LocalShard opened = opener.open(name, schema, this::declared, folders.settle(partition), false);
    members = members.with(opened);
    return opened;
  }

  @Override
  public List<Shard> shards() {
    return List.copyOf(members.shards().values());
  }

  /** All shards that are open, those that are served and those that are not. */
  List<LocalShard> localShards() {
    return members.all();
  }

  @Override
  public CompletableFuture<@Nullable Void> closeShard(int partition) {
    Optional<LocalShard> shard = members.shard(partition);
    return shard.isPresent()
        ? checkpointer.request(shard.get(), failure -> closeAfter(shard.get(), failure))
        : CompletableFuture.completedFuture(null);
  }

  private synchronized void closeAfter(LocalShard shard, Optional<String> failure)
      throws IOException {
    int partition = shard.partition();
    // Somebody may have dropped it meanwhile, and have opened the partition again.
    if (members.shard(partition).filter(shard::equals).isPresent()) {
      try {
        abandon(partition);
      } finally {
        members = members.without(partition);
        shard.close();
      }
    }
    if (failure.isPresent()) {
      throw new IOException(shard + " is closed, and its checkpoint failed: " + failure.get());
    }
  }

  @Override
  public synchronized void dropShard(int partition) {
    ShardMembers before = members;
    members = before.without(partition).withoutSuccessor(partition);
    before.shard(partition).ifPresent(LocalShard::close);
    before.successor(partition).ifPresent(LocalShard::close);
  }

  @Override
  public synchronized Shard successor(int partition) throws IOException {
    if (members.successor(partition).isPresent()) {
      throw new IllegalStateException(name + "/" + partition + " has a successor");
    }
    Folder folder = folders.next(shard(partition).folder());
    LocalShard opened = opener.open(name, schema, this::declared, folder, true);
    members = members.withSuccessor(opened);
    return opened;
  }

  @Override
  public CompletableFuture<@Nullable Void> promote(int partition) {
    LocalShard successor =
        members
            .successor(partition)
            .orElseThrow(
                () -> new IllegalStateException(name + "/" + partition + " has no successor"));
    return checkpointer.request(successor, failure -> promoteAfter(successor, failure));
  }

  private synchronized void promoteAfter(LocalShard successor, Optional<String> failure)
      throws IOException {
    if (failure.isPresent()) {
      throw new IOException("checkpoint of " + successor + " failed: " + failure.get());
    }
    int partition = successor.partition();
    successor.promote();
    Optional<LocalShard> old = members.shard(partition);
    members = members.with(successor).withoutSuccessor(partition);
    old.ifPresent(this::discard);
  }

  /** Closes and removes a shard that has been replaced. */
  private void discard(LocalShard replaced) {
    try {
      replaced.close();
      folders.remove(replaced.folder());
    } catch (IOException | RuntimeException | Error e) {
      // The swap is durable; what it has replaced does not count, and is only in the way.
      LOG.warn("what {} was before stays on the disk until the next start: {}", replaced, e + "");
    }
  }

  @Override
  public synchronized void abandon(int partition) throws IOException {
    Optional<LocalShard> successor = members.successor(partition);
    if (successor.isPresent()) {
      members = members.withoutSuccessor(partition);
      successor.get().close();
      folders.remove(successor.get().folder());
    }
  }

  @Override
  public Optional<StoredRow> get(String key, Map<Integer, Long> asOf) throws IOException {
    try (CollectionSnapshot snapshot = snapshot()) {
      return RowLookup.get(key, snapshot.views(asOf));
    } catch (InternalError fault) {
      throw damage(name, fault);
    }
  }

  @Override
  public List<SearchResult> search(List<KnnQuery> queries) throws IOException {
    try {
      return searches.search(queries);
    } catch (InternalError fault) {
      throw damage(name, fault);
    }
  }

  /** What the JVM makes of a page that the disk, or a cut file, does not give. */
  static CorruptFileException damage(String collection, InternalError fault) {
    CorruptFileException damage =
        new CorruptFileException(
            "a mapped file of " + collection, "some page", "readable bytes", "a memory fault");
    damage.initCause(fault);
    return damage;
  }

  private static IllegalArgumentException noPartition(String collection, int partition) {
    return new IllegalArgumentException(collection + " has no partition " + partition);
  }

  @Override
  public CollectionView view(Map<Integer, Long> asOf) throws IOException {
    while (true) {
      ShardMembers now = members;
      for (int partition : asOf.keySet()) {
        if (now.shard(partition).isEmpty()) {
          throw noPartition(name, partition);
        }
      }
      Optional<PinnedCollection> view =
          PinnedCollection.of(name, schema, fields(), now.shards().values(), asOf, scoring);
      if (view.isPresent()) {
        return view.get();
      }
      if (now.equals(members)) {
        throw new IllegalStateException("the store is closed");
      }
    }
  }

  @Override
  public CollectionChanges changes() {
    return LocalChanges.fromNow(name, this::served);
  }

  @Override
  public CollectionChanges changes(Map<Integer, Long> since, Map<Integer, Integer> incarnations) {
    return LocalChanges.since(name, this::served, since, incarnations);
  }

  private Collection<LocalShard> served() {
    return members.shards().values();
  }

  @SuppressWarnings("MustBeClosedChecker") // the shards move into the snapshot
  private CollectionSnapshot snapshot() {
    return new Snapshot(name, hold());
  }

  /** The shards that are served, at one moment. */
  private static final class Snapshot implements CollectionSnapshot {
    private final String name;
    private final HeldShards held;
    private final List<ShardView> now;

    Snapshot(String name, HeldShards held) {
      this.name = name;
      this.held = held;
      this.now = held.shards().stream().map(one -> one.shard().view(one.state())).toList();
    }

    @Override
    public List<ShardView> views(Map<Integer, Long> asOf) throws IOException {
      for (int partition : asOf.keySet()) {
        if (now.stream().noneMatch(view -> view.partition() == partition)) {
          throw noPartition(name, partition);
        }
      }
      List<ShardView> views = new ArrayList<>();
      for (ShardView view : now) {
        Long position = asOf.get(view.partition());
        views.add(position == null ? view : view.asOf(position));
      }
      return views;
    }

    @Override
    public void close() {
      held.close();
    }
  }

  private HeldShards hold() {
    while (true) {
      ShardMembers now = members;
      Optional<HeldShards> held = HeldShards.of(now);
      if (held.isPresent()) {
        return held.get();
      }
      if (now.equals(members)) {
        throw new IllegalStateException("the store is closed");
      }
    }
  }

  @Override
  public long liveRows() throws IOException {
    try (HeldShards held = hold()) {
      long rows = 0;
      for (Held one : held.shards()) {
        rows += one.shard().liveRows(one.state());
      }
      return rows;
    }
  }

  CollectionStats stats(OperatingSystem os) {
    try (HeldShards held = hold()) {
      return new CollectionStats(name, stats(held.shards(), os), stats(held.successors(), os));
    }
  }

  private static List<ShardStats> stats(List<Held> held, OperatingSystem os) {
    return held.stream().map(one -> one.shard().stats(os, one.state())).toList();
  }
}
