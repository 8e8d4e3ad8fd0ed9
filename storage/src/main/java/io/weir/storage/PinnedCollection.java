package io.weir.storage;

import io.weir.storage.PinnedShard.Seat;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.query.CheckedFilter;
import io.weir.storage.query.CollectionSnapshot;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.RowLookup;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.ScoringPool;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.ShardScan;
import io.weir.storage.query.ShardView;
import io.weir.storage.query.SharedSearch;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The shards of a collection, pinned together.
 *
 * <p><b>Threads:</b> any.
 */
final class PinnedCollection implements CollectionView {
  private final String name;
  private final VectorSchema schema;

  /** What its filters may name: what was declared when it was pinned. */
  private final DeclaredFields fields;

  private final List<PinnedShard> shards;
  private final SortedMap<Integer, SourcePosition> position;
  private final SharedSearch searches;

  private PinnedCollection(
      String name,
      VectorSchema schema,
      DeclaredFields fields,
      List<PinnedShard> shards,
      ScoringPool scoring) {
    this.name = name;
    this.schema = schema;
    this.fields = fields;
    this.shards = List.copyOf(shards);
    SortedMap<Integer, SourcePosition> positions = new TreeMap<>();
    for (PinnedShard shard : shards) {
      shard.position().ifPresent(at -> positions.put(shard.partition(), at));
    }
    this.position = Collections.unmodifiableSortedMap(positions);
    this.searches = new SharedSearch(schema, () -> fields, () -> Seats.of(this.shards), scoring);
  }

  /**
   * Pins some shards, in the order of their partitions; empty, and none is pinned, if one of them
   * is closed.
   *
   * @param fields what its filters may name
   * @param scoring where rows are scored; borrowed
   */
  static Optional<PinnedCollection> of(
      String name,
      VectorSchema schema,
      DeclaredFields fields,
      Iterable<LocalShard> members,
      Map<Integer, Long> asOf,
      ScoringPool scoring)
      throws IOException {
    List<PinnedShard> pinned = new ArrayList<>();
    try {
      for (LocalShard shard : members) {
        Long wanted = asOf.get(shard.partition());
        Optional<PinnedShard> one =
            PinnedShard.of(shard, wanted == null ? OptionalLong.empty() : OptionalLong.of(wanted));
        if (one.isEmpty()) {
          pinned.forEach(PinnedShard::close);
          return Optional.empty();
        }
        pinned.add(one.get());
      }
      return Optional.of(new PinnedCollection(name, schema, fields, pinned, scoring));
    } catch (Throwable e) {
      pinned.forEach(PinnedShard::close);
      throw e;
    }
  }

  @Override
  public VectorSchema schema() {
    return schema;
  }

  @Override
  public SortedMap<Integer, SourcePosition> position() {
    return position;
  }

  @Override
  public Optional<StoredRow> get(String key) throws IOException {
    return onViews(shards, views -> RowLookup.get(key, views));
  }

  @Override
  public List<SearchResult> search(List<KnnQuery> queries) throws IOException {
    for (KnnQuery query : queries) {
      if (!query.asOf().isEmpty()) {
        throw new IllegalArgumentException("a view is as of its own position, not " + query.asOf());
      }
    }
    try {
      return searches.search(queries);
    } catch (InternalError fault) {
      throw LocalCollection.damage(name, fault);
    }
  }

  @Override
  public RowScan rows(boolean withVector, boolean withPayload) {
    return new Scan(new ShardScan.Wanted(Optional.empty(), withVector, withPayload));
  }

  @Override
  public RowScan rows(boolean withVector, boolean withPayload, Filter filter) {
    CheckedFilter checked = CheckedFilter.of(filter, fields);
    return new Scan(new ShardScan.Wanted(Optional.of(checked), withVector, withPayload));
  }

  @Override
  public long count(Filter filter, BooleanSupplier cancelled) throws IOException {
    CheckedFilter checked = CheckedFilter.of(filter, fields);
    long count = 0;
    for (PinnedShard shard : shards) {
      count +=
          onViews(List.of(shard), views -> ShardScan.count(views.getFirst(), checked, cancelled));
    }
    return count;
  }

  @Override
  public void close() {
    shards.forEach(PinnedShard::close);
  }

  /** Answers from views. */
  private interface Answer<R> {
    R from(List<ShardView> views) throws IOException;
  }

  private <R> R onViews(List<PinnedShard> wanted, Answer<R> answer) throws IOException {
    try (Seats seats = Seats.of(wanted)) {
      return answer.from(seats.views(Map.of()));
    } catch (InternalError fault) {
      throw LocalCollection.damage(name, fault);
    }
  }

  /** The shards as they can be read at one moment, each as of its pinned position. */
  private record Seats(List<Seat> taken) implements CollectionSnapshot {
    static Seats of(List<PinnedShard> shards) {
      List<Seat> taken = new ArrayList<>();
      try {
        for (PinnedShard shard : shards) {
          taken.add(shard.acquire());
        }
      } catch (Throwable e) {
        release(taken);
        throw e;
      }
      return new Seats(taken);
    }

    @Override
    public List<ShardView> views(Map<Integer, Long> asOf) {
      return taken.stream().map(Seat::view).toList();
    }

    @Override
    public void close() {
      release(taken);
    }

    private static void release(List<Seat> taken) {
      taken.forEach(seat -> seat.state().release());
    }
  }

  /** Where a scan is: a shard, and an offset in it. */
  private final class Scan implements RowScan {
    private final ShardScan.Wanted wanted;
    private int shard;
    private long nextOffset;

    Scan(ShardScan.Wanted wanted) {
      this.wanted = wanted;
    }

    @Override
    public void seek(int partition, long offset) {
      shard = 0;
      while (shard < shards.size() && shards.get(shard).partition() < partition) {
        shard++;
      }
      boolean there = shard < shards.size() && shards.get(shard).partition() == partition;
      nextOffset = there ? offset : 0;
    }

    @Override
    public Block next(BlockLimit limit, BooleanSupplier cancelled) throws IOException {
      if (shard == shards.size()) {
        return new Block(List.of(), true);
      }
      ShardScan.Block block =
          onViews(
              List.of(shards.get(shard)),
              views -> ShardScan.read(views.getFirst(), nextOffset, wanted, limit, cancelled));
      nextOffset = block.nextOffset();
      if (block.atEnd()) {
        shard++;
        nextOffset = 0;
      }
      return new Block(block.rows(), shard == shards.size());
    }
  }
}
