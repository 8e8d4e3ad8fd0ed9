package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the records of one shard have changed, in the order of their offsets, from any offset
 * on that the shard can still tell of.
 *
 * <p>A hot buffer has an entry for each record, so what a record put lies there, and what it has
 * replaced is the entry of its key before it, or what the layers below have under the key. Of
 * published rows, those that were replaced at a position or later are still there, with what has
 * replaced them, as long as the position is not below {@link ColdView#floor}: then the rows from
 * the position on are what the records put, and the killing offsets from there on tell what they
 * replaced. So a reader sees each record once, in whichever state it finds the shard.
 *
 * <p><b>Threads:</b> one; used once. <b>Ownership:</b> borrows the view.
 */
public final class ChangeScan {
  private static final int ROWS_A_LOOK = 4_096;

  private final ShardView view;
  private final Interests interests;
  private final int mostRecords;
  private final BooleanSupplier cancelled;
  private final List<Step> steps = new ArrayList<>();

  /** Rows by the buffer, or chunk, that they lie in. */
  private final IdentityHashMap<Object, ViewedRows> sources = new IdentityHashMap<>();

  private boolean chunksKnown;

  private ChangeScan(
      ShardView view, Interests interests, int mostRecords, BooleanSupplier cancelled) {
    this.view = view;
    this.interests = interests;
    this.mostRecords = mostRecords;
    this.cancelled = cancelled;
    for (int layer = 0; layer < view.hot().size(); layer++) {
      sources.put(view.hot().get(layer), new ViewedRows.Hot(view, layer));
    }
  }

  /**
   * A record that changed something.
   *
   * @param offset its own
   * @param put the row that it put; none by a delete
   * @param replaced the row that was live under its key before, if one was
   */
  private record Step(long offset, Optional<RowVersion> put, Optional<RowVersion> replaced) {}

  /**
   * Some changes.
   *
   * @param changes those that concern an interest, in the order of their offsets
   * @param nextOffset where to go on
   * @param atEnd whether that is where it was to end
   */
  public record Block(List<Change> changes, long nextOffset, boolean atEnd) {}

  /**
   * Reads some changes.
   *
   * @param from the lowest offset that is wanted
   * @param until all wanted ones are lower; what the view does not have yet is left out
   * @param limit how many records are looked at, and when no further row is copied
   * @throws PositionUnavailableException if rows have been dropped that tell what came since {@code
   *     from}
   * @throws CancellationException if the signal says so
   */
  public static Block read(
      ShardView view,
      long from,
      long until,
      Interests interests,
      ChangeLimit limit,
      BooleanSupplier cancelled)
      throws IOException {
    long applied = view.position().map(SourcePosition::nextOffset).orElse(0L);
    if (view.cold().floor() > from) {
      throw new PositionUnavailableException(
          view.partition(), from, view.cold().floor(), Math.max(applied, view.cold().floor()));
    }
    long end = Math.min(until, applied);
    if (from >= end) {
      return new Block(List.of(), from, true);
    }
    if (interests.size() == 0) {
      return new Block(List.of(), end, true);
    }
    ChangeScan scan = new ChangeScan(view, interests, limit.records(), cancelled);
    long next = scan.collect(from, end);
    return scan.block(next, end, limit.bytes());
  }

  /** Collects steps; returns the offset behind them. */
  private long collect(long from, long end) throws IOException {
    long published = Math.min(end, view.cold().position());
    long next = from;
    if (next < published) {
      next = collectCold(next, published);
      if (next < published) {
        return next;
      }
    }
    for (int layer = view.hot().size() - 1; layer >= 0; layer--) {
      OptionalLong left = collectHot(layer, next, end);
      if (left.isPresent()) {
        return left.getAsLong();
      }
    }
    return end;
  }

  private boolean isFull() {
    return steps.size() >= mostRecords;
  }

  private void look() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("changes cancelled");
    }
  }

  /** Records of a hot buffer; returns the first that was left, for there were enough. */
  private OptionalLong collectHot(int layer, long from, long end) throws IOException {
    HotSnapshot snapshot = view.hot().get(layer);
    int entry = snapshot.entriesBefore(from);
    for (; entry < snapshot.count() && snapshot.offset(entry) < end; entry++) {
      if (entry % ROWS_A_LOOK == 0) {
        look();
      }
      if (isFull()) {
        return OptionalLong.of(snapshot.offset(entry));
      }
      Optional<RowVersion> put =
          snapshot.isDelete(entry) ? Optional.empty() : Optional.of(hot(snapshot, entry));
      Optional<RowVersion> replaced = replacedBy(layer, snapshot, entry);
      if (put.isPresent() || replaced.isPresent()) {
        steps.add(new Step(snapshot.offset(entry), put, replaced));
      }
    }
    return OptionalLong.empty();
  }

  private RowVersion hot(HotSnapshot snapshot, int entry) {
    ViewedRows rows = source(snapshot);
    return new RowVersion(rows, snapshot.vector(entry));
  }

  private ViewedRows source(Object part) {
    ViewedRows rows = sources.get(part);
    if (rows == null) {
      throw new IllegalStateException(part + " is no part of the view");
    }
    return rows;
  }

  private Optional<RowVersion> replacedBy(int layer, HotSnapshot snapshot, int entry)
      throws IOException {
    int previous = snapshot.previous(entry);
    if (previous != HotSnapshot.NONE) {
      return snapshot.isDelete(previous) ? Optional.empty() : Optional.of(hot(snapshot, previous));
    }
    Optional<LocatedRow> before = view.findBehind(snapshot.key(entry), layer + 1);
    if (before.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (before.get()) {
          case LocatedRow.Hot(HotSnapshot other, int older) -> hot(other, older);
          case LocatedRow.Cold(MappedChunk chunk, int row) -> new RowVersion(cold(chunk), row);
        });
  }

  private ViewedRows cold(MappedChunk chunk) {
    if (!chunksKnown) {
      for (ColdChunk known : view.cold().chunks()) {
        sources.put(known.chunk(), new ViewedRows.Cold(view, known));
      }
      chunksKnown = true;
    }
    return source(chunk);
  }

  /**
   * A published row that was replaced.
   *
   * @param offset of the record that did it
   */
  private record Kill(long offset, ColdChunk chunk, int row) {}

  /** Records that have been published; returns where to go on. */
  private long collectCold(long from, long end) throws IOException {
    List<Kill> kills = firstKills(from, end);
    // There may be more kills behind the last of a full list.
    long next = kills.size() < mostRecords ? end : kills.getLast().offset() + 1;
    int kill = 0;
    for (ColdChunk cold : view.cold().chunks()) {
      MappedChunk chunk = cold.chunk();
      if (chunk.lastOffset() < from) {
        continue;
      }
      for (int row = chunk.rowsBefore(from); row < cold.rows(); row++) {
        long offset = chunk.offset(row);
        if (offset >= next) {
          break;
        }
        while (kill < kills.size() && kills.get(kill).offset() < offset) {
          addDelete(kills.get(kill++));
        }
        if (isFull()) {
          return offset;
        }
        Optional<RowVersion> replaced = Optional.empty();
        if (kill < kills.size() && kills.get(kill).offset() == offset) {
          replaced = Optional.of(version(kills.get(kill++)));
        }
        steps.add(new Step(offset, Optional.of(new RowVersion(cold(chunk), row)), replaced));
      }
    }
    while (kill < kills.size()) {
      addDelete(kills.get(kill++));
    }
    return next;
  }

  private void addDelete(Kill kill) {
    steps.add(new Step(kill.offset(), Optional.empty(), Optional.of(version(kill))));
  }

  private RowVersion version(Kill kill) {
    return new RowVersion(cold(kill.chunk().chunk()), kill.row());
  }

  /** The first rows to be replaced from an offset on, in the order of that. */
  private List<Kill> firstKills(long from, long end) throws IOException {
    PriorityQueue<Kill> lowest =
        new PriorityQueue<>(Comparator.comparingLong(Kill::offset).reversed());
    for (ColdChunk cold : view.cold().chunks()) {
      if (cold.deadRows() == 0) {
        continue;
      }
      for (int row = 0; row < cold.rows(); row++) {
        if (row % ROWS_A_LOOK == 0) {
          look();
        }
        long offset = cold.killingOffset(row);
        if (offset < from || offset >= end) {
          continue;
        }
        Kill last = lowest.peek();
        if (lowest.size() < mostRecords) {
          lowest.add(new Kill(offset, cold, row));
        } else if (last != null && offset < last.offset()) {
          lowest.remove();
          lowest.add(new Kill(offset, cold, row));
        }
      }
    }
    List<Kill> kills = new ArrayList<>(lowest);
    kills.sort(Comparator.comparingLong(Kill::offset));
    return kills;
  }

  /** Holds the rows of all steps against the interests, and copies what is wanted. */
  private Block block(long next, long end, long mostBytes) throws IOException {
    List<RowVersion> rows = new ArrayList<>();
    for (Step step : steps) {
      step.put().ifPresent(rows::add);
      step.replaced().ifPresent(rows::add);
    }
    List<Matches> matches;
    try (Arena arena = Arena.ofConfined()) {
      matches = new RowMatcher(interests, arena).matches(rows);
    }
    List<Change> changes = new ArrayList<>();
    long bytes = 0;
    int at = 0;
    for (Step step : steps) {
      if (bytes >= mostBytes) {
        return new Block(changes, step.offset(), false);
      }
      Matches met = step.put().isPresent() ? matches.get(at++) : Matches.NONE;
      Matches before = step.replaced().isPresent() ? matches.get(at++) : Matches.NONE;
      Change change = change(step, met, before);
      if (change != null) {
        changes.add(change);
        bytes += change.row().map(ChangeScan::bytes).orElse(0L);
      }
    }
    return new Block(changes, next, next == end);
  }

  private static long bytes(StoredRow row) {
    return (long) row.vector().length * Float.BYTES + row.key().length() + row.payload().length;
  }

  private @Nullable Change change(Step step, Matches met, Matches before) throws IOException {
    int[] left = before.without(met);
    if (met.count() == 0 && left.length == 0) {
      return null;
    }
    RowVersion any = step.put().or(step::replaced).orElseThrow();
    Optional<StoredRow> row = Optional.empty();
    if (met.count() > 0) {
      boolean withVector = false;
      boolean withPayload = false;
      for (int i = 0; i < met.count(); i++) {
        Interest interest = interests.get(met.interest(i));
        withVector |= interest.withVector();
        withPayload |= interest.withPayload();
      }
      row = Optional.of(any.located().copy(view.partition(), withVector, withPayload));
    }
    String key =
        row.isPresent()
            ? row.get().key()
            : any.located().copy(view.partition(), false, false).key();
    return new Change(key, view.partition(), step.offset(), row, step.put().isEmpty(), met, left);
  }
}
