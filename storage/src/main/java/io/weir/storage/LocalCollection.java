package io.weir.storage;

import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.query.ExactSearch;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowLookup;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.ShardView;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** A collection of this process: its shards, and what they answer together. */
final class LocalCollection implements VectorCollection {
  private final String name;
  private final VectorSchema schema;
  private final ShardOpener opener;
  private final SortedMap<Integer, LocalShard> shards = new ConcurrentSkipListMap<>();

  /** Opens shards of a collection. */
  @FunctionalInterface
  interface ShardOpener {
    LocalShard open(String collection, VectorSchema schema, int partition) throws IOException;
  }

  LocalCollection(String name, VectorSchema schema, ShardOpener opener) {
    this.name = name;
    this.schema = schema;
    this.opener = opener;
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
  public synchronized LocalShard shard(int partition) throws IOException {
    if (partition < 0) {
      throw new IllegalArgumentException("partition " + partition + " is negative");
    }
    LocalShard existing = shards.get(partition);
    if (existing != null) {
      return existing;
    }
    LocalShard opened = opener.open(name, schema, partition);
    shards.put(partition, opened);
    return opened;
  }

  @Override
  public List<Shard> shards() {
    return List.copyOf(shards.values());
  }

  List<LocalShard> localShards() {
    return List.copyOf(shards.values());
  }

  @Override
  public Optional<StoredRow> get(String key) throws IOException {
    return onViews(views -> RowLookup.get(key, views));
  }

  @Override
  public SearchResult search(KnnQuery query) throws IOException {
    return onViews(views -> ExactSearch.search(schema, query, views));
  }

  /** Answers from views of all shards. */
  private interface Answer<R> {
    R from(List<ShardView> views) throws IOException;
  }

  private <R> R onViews(Answer<R> answer) throws IOException {
    List<ShardState> held = new ArrayList<>();
    try {
      List<ShardView> views = new ArrayList<>();
      for (LocalShard shard : shards.values()) {
        ShardState state = shard.acquire();
        held.add(state);
        views.add(shard.view(state));
      }
      return answer.from(views);
    } finally {
      held.forEach(ShardState::release);
    }
  }

  CollectionStats stats() {
    return new CollectionStats(name, shards.values().stream().map(LocalShard::stats).toList());
  }
}
