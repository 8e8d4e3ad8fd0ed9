package io.weir.storage.checkpoint;

import java.util.ArrayList;
import java.util.List;

/**
 * What a shard knows of its past: from where on it can be read as it was, and when which position
 * was durable.
 *
 * <p>A row that was replaced stays as long as {@link HistoryLimits} say; they may speak of time,
 * and killing offsets are what is kept of a replacement, so positions are noted with this machine's
 * clock (the producers' clocks order nothing).
 *
 * @param floor the oldest position that as-of reads can be answered for: above whatever replaced a
 *     row that has been dropped
 * @param notes positions and when they were durable, oldest first
 */
public record HistoryLog(long floor, List<Note> notes) {

  /** Nothing dropped, nothing noted. */
  public static final HistoryLog EMPTY = new HistoryLog(0, List.of());

  /** So many notes divide the time that is kept. */
  private static final int NOTES = 64;

  /**
   * A position that was durable at a time.
   *
   * @param millis wall clock, milliseconds since the epoch
   * @param position everything below was durable
   */
  public record Note(long millis, long position) {}

  /** Copies the notes. */
  public HistoryLog {
    notes = List.copyOf(notes);
  }

  /** Returns this log when rows have been dropped that can be missed below {@code oldest}. */
  HistoryLog raised(long oldest) {
    return new HistoryLog(Math.max(floor, oldest), notes);
  }

  /** Returns this log after a checkpoint. */
  HistoryLog noted(HistoryLimits limits, long nowMillis, long position) {
    long keptMillis = limits.time().toMillis();
    if (keptMillis == 0) {
      return new HistoryLog(floor, List.of());
    }
    List<Note> next = new ArrayList<>(notes);
    // The clock may have been set back: what was noted by a later one says nothing any more.
    next.removeIf(note -> note.millis() > nowMillis);
    while (next.size() > 1 && next.get(1).millis() <= nowMillis - keptMillis) {
      next.removeFirst();
    }
    if (next.isEmpty() || nowMillis - next.getLast().millis() >= keptMillis / NOTES) {
      next.add(new Note(nowMillis, position));
    }
    return new HistoryLog(floor, next);
  }

  /** Returns the offset below which a replacement lies too far back for its row to be kept. */
  long horizon(HistoryLimits limits, long nowMillis, long position) {
    long horizon = position;
    if (limits.offsets() > 0) {
      horizon = Math.max(0, position - limits.offsets());
    }
    long keptMillis = limits.time().toMillis();
    if (keptMillis > 0) {
      long byTime = 0;
      for (Note note : notes) {
        if (note.millis() <= nowMillis - keptMillis) {
          byTime = Math.max(byTime, note.position());
        }
      }
      horizon = Math.min(horizon, byTime);
    }
    return horizon;
  }
}
