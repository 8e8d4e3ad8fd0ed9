package io.weir.ingest;

import io.weir.storage.VectorCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one collection that are this process's at the moment.
 *
 * <p>Who does what: whoever decides about partitions says {@link #give}; the control thread begins
 * what is {@link #due}, and touches a shard only by way of its tenure; whoever decides says {@link
 * #take}, and ends what it got by {@link #giveUp} or {@link #drop}.
 *
 * <p><b>Threads:</b> any.
 */
final class OwnedShards {
  private static final Logger LOG = LoggerFactory.getLogger(OwnedShards.class);

  private final VectorCollection collection;
  private final Executor closer;

  /** Guarded by this. */
  private final TreeMap<Integer, ShardTenure> tenures = new TreeMap<>();

  /** Guarded by this: those that have been taken and may not be closed yet. */
  private final Map<Integer, ShardTenure> former = new HashMap<>();

  /**
   * Borrows both.
   *
   * @param closer where shards are closed that are not written: it may wait for a disk
   */
  OwnedShards(VectorCollection collection, Executor closer) {
    this.collection = collection;
    this.closer = closer;
  }

  /** These partitions are this process's. Those that were already stay as they are. */
  synchronized void give(Collection<Integer> partitions) {
    for (int partition : partitions) {
      ShardTenure before = former.get(partition);
      tenures.computeIfAbsent(
          partition,
          number ->
              new ShardTenure(
                  number,
                  before == null ? CompletableFuture.completedFuture(null) : before.closed()));
    }
  }

  /** The partition is no longer this process's. Returns its tenure, for the caller to end. */
  synchronized Optional<ShardTenure> take(int partition) {
    ShardTenure taken = tenures.remove(partition);
    if (taken != null) {
      former.put(partition, taken);
    }
    return Optional.ofNullable(taken);
  }

  /** Those that can be begun, in order of partition. */
  synchronized List<ShardTenure> due() {
    return tenures.values().stream().filter(ShardTenure::isDue).toList();
  }

  /** All of them, in order of partition. */
  synchronized List<ShardTenure> tenures() {
    return List.copyOf(tenures.values());
  }

  /** Lets new runs begin in place of those that have ended. */
  void beginAgain() {
    tenures().forEach(ShardTenure::beginAgain);
  }

  /** Whether every partition that was given has a run. */
  synchronized boolean allBegun() {
    return tenures.values().stream().allMatch(tenure -> tenure.run().isPresent());
  }

  /** The runs of the shards, in order of partition. */
  synchronized List<ShardRun> runs() {
    return tenures.values().stream().flatMap(tenure -> tenure.run().stream()).toList();
  }

  /** Writes what the shard of a tenure holds and closes it, once nothing more is applied to it. */
  void giveUp(ShardTenure tenure) {
    tenure.close(
        "the partition goes to another member", () -> collection.closeShard(tenure.partition()));
    tell(tenure, "could not be written before it was closed");
  }

  /** Closes the shard of a tenure without writing, once nothing more is applied to it. */
  void drop(ShardTenure tenure) {
    tenure.close(
        "the partition is another member's",
        () -> CompletableFuture.runAsync(() -> collection.dropShard(tenure.partition()), closer));
    tell(tenure, "could not be closed");
  }

  /**
   * Completes when nothing more is applied to any shard and those that were taken are closed. Lets
   * nothing begin any more.
   */
  CompletableFuture<@Nullable Void> ended() {
    List<CompletableFuture<?>> all = new ArrayList<>();
    synchronized (this) {
      tenures.values().forEach(tenure -> all.add(tenure.ended()));
      former.values().forEach(tenure -> all.add(tenure.closed().exceptionally(_ -> null)));
    }
    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new));
  }

  private void tell(ShardTenure tenure, String what) {
    var _ =
        tenure
            .closed()
            .exceptionally(failure -> {
              LOG.error(
                  "collection {} partition {}: the shard {}",
                  collection.name(),
                  tenure.partition(),
                  what,
                  failure);
              return null;
            });
  }
}
