package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;

/**
 * Exact searches of one collection, which share passes over its rows: a row that is read from
 * memory once is scored for all that wait.
 *
 * <p>A search that finds no pass at work begins one at once, and its thread is one of those that
 * score. Those that come while threads are busy with a pass, that is, as long as it has rows that
 * no thread has begun with, are the next group, and its pass begins as soon as the other has no
 * such rows left. So a search waits for what is left of one pass, and longer only if more than
 * {@link #GROUP} wait: then whoever asked is taken in turn, in the order of their asking, one
 * search at a time, however many each has asked for.
 *
 * <p>The snapshot of a group is taken when its pass begins, so each search sees everything that was
 * visible when it was asked.
 *
 * <p><b>Threads:</b> any.
 */
public final class SharedSearch {
  /** The most searches that share a pass. */
  static final int GROUP = 32;

  private final VectorSchema schema;
  private final Supplier<DeclaredFields> fields;
  private final Supplier<CollectionSnapshot> snapshots;
  private final ScoringPool pool;

  /** Guards what follows. */
  private final Object lock = new Object();

  /** Of each who asks, what no pass has taken yet; never an empty one. */
  private final Queue<Deque<PendingSearch>> waiting = new ArrayDeque<>();

  /** Whether somebody will look at {@code waiting} by himself. */
  private boolean passAtWork;

  /**
   * Searches a collection.
   *
   * @param fields what filters may name now
   * @param snapshots takes a snapshot of it; what that throws ends the searches that wanted it
   */
  public SharedSearch(
      VectorSchema schema,
      Supplier<DeclaredFields> fields,
      Supplier<CollectionSnapshot> snapshots,
      ScoringPool pool) {
    this.schema = schema;
    this.fields = fields;
    this.snapshots = snapshots;
    this.pool = pool;
  }

  /**
   * Answers queries, in their order. Each answer is from one snapshot; those of several queries may
   * be from several.
   *
   * @throws UnfitVectorException if a query does not fit the schema
   * @throws UnfitFilterException if the filter of one does not fit the fields
   * @throws CancellationException if the signal of one says so; the others are given up, as they
   *     are whatever is thrown
   */
  public List<SearchResult> search(List<KnnQuery> queries) throws IOException {
    DeclaredFields declared = fields.get();
    List<PendingSearch> searches =
        queries.stream().map(query -> new PendingSearch(schema, declared, query)).toList();
    if (searches.isEmpty()) {
      return List.of();
    }
    enter(searches);
    try {
      List<SearchResult> results = new ArrayList<>();
      for (PendingSearch search : searches) {
        results.add(search.answer());
      }
      return results;
    } finally {
      searches.forEach(PendingSearch::end);
    }
  }

  private void enter(List<PendingSearch> searches) {
    List<PendingSearch> group;
    synchronized (lock) {
      waiting.add(new ArrayDeque<>(searches));
      if (passAtWork) {
        return;
      }
      passAtWork = true;
      group = nextGroup();
    }
    // Takes part: this thread would only wait, and the pool's first has to be woken up.
    begin(group, true);
  }

  /** No thread is needed any more for the pass that is at work: the next one may begin. */
  private void next() {
    List<PendingSearch> group;
    synchronized (lock) {
      group = nextGroup();
      passAtWork = !group.isEmpty();
    }
    if (!group.isEmpty()) {
      pool.execute(() -> begin(group, false));
    }
  }

  private List<PendingSearch> nextGroup() {
    List<PendingSearch> group = new ArrayList<>();
    while (group.size() < GROUP && !waiting.isEmpty()) {
      Deque<PendingSearch> one = waiting.remove();
      PendingSearch search = one.remove();
      if (!one.isEmpty()) {
        waiting.add(one);
      }
      if (!search.hasEnded()) {
        group.add(search);
      }
    }
    return group;
  }

  private void begin(List<PendingSearch> group, boolean takesPart) {
    try {
      Pass.begin(schema, group, snapshots.get(), pool, takesPart, this::next);
    } catch (Throwable e) {
      group.forEach(search -> search.fail(e));
      next();
    }
  }
}
