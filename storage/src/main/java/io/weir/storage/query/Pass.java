package io.weir.storage.query;

import io.weir.storage.query.Block.Sight;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One way through the rows of a snapshot for a group of searches.
 *
 * <p>All are answered from one snapshot, each from a view of it: as it was taken, or as of the
 * positions that the search asks for. Searches of the same positions share a view. Rows are cut
 * into units, which threads take one after the other; each scores its rows for all searches whose
 * view shows them.
 *
 * <p><b>Ownership:</b> each search holds the snapshot until it ends, and so does who scores a unit
 * until that is done. When all searches have ended the units that are left are passed over.
 *
 * <p><b>Threads:</b> any.
 */
final class Pass {
  /** A search looks at its signal after so many rows at most. */
  private static final int MOST_UNIT_ROWS = 4096;

  /** Enough to be worth a thread, and little enough to keep many of them busy until the end. */
  private static final int UNIT_BYTES = 4 << 20;

  /** What is less is done before another thread has been woken up, where cores are busy. */
  private static final int UNITS_A_HELPER = 4;

  private final VectorSchema schema;
  private final HeldSnapshot held;

  /** Those of one view stand together. */
  private final List<Member> members;

  private final List<List<Block>> units;
  private final Runnable exhausted;
  private final AtomicInteger nextUnit = new AtomicInteger();
  private final AtomicInteger unfinishedUnits;
  private final SearchPassEvent event = new SearchPassEvent();

  /**
   * A search of the group.
   *
   * @param search the search
   * @param view number of the view that it is answered from
   * @param filter which rows count, null for all; the same for searches whose filters are equal
   */
  record Member(PendingSearch search, int view, @Nullable CheckedFilter filter) {}

  private Pass(
      VectorSchema schema,
      HeldSnapshot held,
      List<Member> members,
      List<List<Block>> units,
      Runnable exhausted) {
    this.schema = schema;
    this.held = held;
    this.members = members;
    this.units = units;
    this.exhausted = exhausted;
    this.unfinishedUnits = new AtomicInteger(units.size());
  }

  /**
   * Begins a pass. Takes over the snapshot. Searches whose views are not to be had end.
   *
   * @param takesPart whether the calling thread is one of those that score: it returns when no unit
   *     is left to begin with. Else the pool is told, and a pass of one unit scored at once
   * @param exhausted is called once, when nobody waits for a thread to begin with a unit any more
   */
  static void begin(
      VectorSchema schema,
      List<PendingSearch> group,
      CollectionSnapshot snapshot,
      ScoringPool pool,
      boolean takesPart,
      Runnable exhausted) {
    Pass pass = of(schema, group, snapshot, pool, exhausted);
    // By now the searches hold the snapshot: it is given back when the last of them has ended.
    pass.begin(pool, takesPart);
  }

  private static Pass of(
      VectorSchema schema,
      List<PendingSearch> group,
      CollectionSnapshot snapshot,
      ScoringPool pool,
      Runnable exhausted) {
    HeldSnapshot held = new HeldSnapshot(snapshot);
    try {
      Map<Map<Integer, Long>, List<PendingSearch>> byPosition = new LinkedHashMap<>();
      for (PendingSearch search : group) {
        byPosition.computeIfAbsent(search.query().asOf(), _ -> new ArrayList<>()).add(search);
      }
      List<List<ShardView>> views = new ArrayList<>();
      List<Member> members = new ArrayList<>();
      Map<Object, CheckedFilter> filters = new HashMap<>();
      byPosition.forEach((asOf, searches) -> {
        try {
          List<ShardView> shown = snapshot.views(asOf);
          for (PendingSearch search : searches) {
            if (search.join(held, shown)) {
              CheckedFilter filter =
                  search
                      .filter()
                      .map(own -> filters.computeIfAbsent(own.identity(), _ -> own))
                      .orElse(null);
              members.add(new Member(search, views.size(), filter));
            }
          }
          views.add(shown);
        } catch (IOException | RuntimeException e) {
          searches.forEach(search -> search.fail(e));
        }
      });
      pool.countPass(members.size());
      Pass pass = new Pass(schema, held, members, units(schema, views), exhausted);
      pass.event.queries = members.size();
      pass.event.shards = views.isEmpty() ? 0 : views.getFirst().size();
      pass.event.dimension = schema.dimension();
      return pass;
    } finally {
      held.release();
    }
  }

  private void begin(ScoringPool pool, boolean takesPart) {
    event.started();
    if (units.isEmpty()) {
      record(true);
      members.forEach(member -> member.search().scanned());
      exhausted.run();
      return;
    }
    boolean here = takesPart || units.size() == 1;
    int threads = Math.min(1 + (units.size() - 1) / UNITS_A_HELPER, pool.parallelism());
    for (int i = here ? 1 : 0; i < threads; i++) {
      pool.execute(new UnitScan(this, pool));
    }
    if (here) {
      new UnitScan(this, pool).scanAll();
    }
  }

  private static List<List<Block>> units(VectorSchema schema, List<List<ShardView>> views) {
    int most =
        Math.clamp(UNIT_BYTES / RowLayout.strideBytes(schema.dimension()), 1, MOST_UNIT_ROWS);
    List<List<Block>> units = new ArrayList<>();
    int room = 0;
    for (List<Sight> sights : sights(views)) {
      for (Block block : Block.of(sights, most)) {
        if (block.rows() > room) {
          units.add(new ArrayList<>());
          room = most;
        }
        units.getLast().add(block);
        room -= block.rows();
      }
    }
    return units;
  }

  /** What the views see of each chunk and hot buffer; all are of one snapshot. */
  private static List<List<Sight>> sights(List<List<ShardView>> views) {
    List<List<Sight>> all = new ArrayList<>();
    int shards = views.isEmpty() ? 0 : views.getFirst().size();
    for (int shard = 0; shard < shards; shard++) {
      Map<MappedChunk, List<Sight>> byChunk = new LinkedHashMap<>();
      Map<Integer, List<Sight>> byLayer = new LinkedHashMap<>();
      for (int number = 0; number < views.size(); number++) {
        ShardView view = views.get(number).get(shard);
        for (ColdChunk cold : view.cold().chunks()) {
          byChunk
              .computeIfAbsent(cold.chunk(), _ -> new ArrayList<>())
              .add(new Sight(number, new ViewedRows.Cold(view, cold)));
        }
        for (int layer = 0; layer < view.hot().size(); layer++) {
          byLayer
              .computeIfAbsent(layer, _ -> new ArrayList<>())
              .add(new Sight(number, new ViewedRows.Hot(view, layer)));
        }
      }
      all.addAll(byChunk.values());
      all.addAll(byLayer.values());
    }
    return all;
  }

  VectorSchema schema() {
    return schema;
  }

  List<Member> members() {
    return members;
  }

  /** Scores the next unit; false if none is left. */
  boolean scanNext(UnitScan scan) {
    int unit = nextUnit.getAndIncrement();
    if (unit >= units.size()) {
      return false;
    }
    if (unit == units.size() - 1) {
      exhausted.run();
    }
    if (!held.tryRetain()) {
      passOver();
      return false;
    }
    try {
      scan.scan(units.get(unit));
    } catch (Throwable e) {
      fail(e);
    } finally {
      // Before anybody is told: who has an answer finds nothing held for it.
      held.release();
    }
    if (unfinishedUnits.decrementAndGet() == 0) {
      record(true);
      members.forEach(member -> member.search().scanned());
    }
    return true;
  }

  /** Ends all searches. */
  void fail(Throwable cause) {
    members.forEach(member -> member.search().fail(cause));
    passOver();
  }

  private void passOver() {
    if (nextUnit.getAndSet(units.size()) < units.size()) {
      record(false);
      exhausted.run();
    }
  }

  private long rows() {
    return units.stream().flatMap(List::stream).mapToLong(Block::rows).sum();
  }

  /** Once, at its end: units that nobody begins with do not become finished. */
  private void record(boolean complete) {
    event.ended(complete, this::rows);
  }
}
