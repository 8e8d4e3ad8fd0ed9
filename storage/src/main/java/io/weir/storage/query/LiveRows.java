package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import java.io.IOException;

/**
 * How many live rows one hot buffer adds to, or takes from, what lies behind it.
 *
 * <p>An upsert adds one and a delete takes one, each less or more what its key had before. That
 * does not depend on whether the rows behind have been checkpointed meanwhile, so each entry is
 * looked up once, however often the figure is asked for.
 *
 * <p><b>Threads:</b> any.
 */
public final class LiveRows {
  /** The entries before this one were looked up. */
  private int counted;

  private long added;

  /** The entries from {@code counted} to this one were looked up in memory only. */
  private int guessed;

  private Guess guess = Guess.NONE;

  /**
   * A figure that may be too high.
   *
   * @param most live rows that the buffer adds, if no key that memory does not tell of was there
   * @param unresolved how many such keys there are: the true figure is at most this much lower
   */
  public record Guess(long most, long unresolved) {
    static final Guess NONE = new Guess(0, 0);

    Guess plus(long rows, long keys) {
      return new Guess(most + rows, unresolved + keys);
    }
  }

  /** Nothing counted yet. */
  public LiveRows() {}

  /**
   * Returns the figure for a layer of a view, counting the entries that are new since last time.
   * Looks keys up in published rows, which may wait for the disk.
   *
   * @param layer which of the view's hot snapshots; always one of the same buffer
   */
  public synchronized long added(ShardView view, int layer) throws IOException {
    HotSnapshot snapshot = view.hot().get(layer);
    for (; counted < snapshot.count(); counted++) {
      int previous = snapshot.previous(counted);
      boolean was =
          previous == HotSnapshot.NONE
              ? view.findBehind(snapshot.key(counted), layer + 1).isPresent()
              : !snapshot.isDelete(previous);
      added += change(was, !snapshot.isDelete(counted));
      guessed = counted + 1;
      guess = Guess.NONE;
    }
    return added;
  }

  /**
   * Returns what memory alone tells of the figure; reads no published row.
   *
   * @param layer which of the view's hot snapshots; always one of the same buffer
   */
  public synchronized Guess atMost(ShardView view, int layer) {
    HotSnapshot snapshot = view.hot().get(layer);
    for (; guessed < snapshot.count(); guessed++) {
      int previous = snapshot.previous(guessed);
      ShardView.Behind behind =
          previous == HotSnapshot.NONE
              ? view.behind(snapshot.key(guessed), layer + 1)
              : snapshot.isDelete(previous) ? ShardView.Behind.ABSENT : ShardView.Behind.LIVE;
      guess =
          guess.plus(
              change(behind == ShardView.Behind.LIVE, !snapshot.isDelete(guessed)),
              behind == ShardView.Behind.UNKNOWN ? 1 : 0);
    }
    return guess.plus(added, 0);
  }

  private static int change(boolean was, boolean is) {
    return (is ? 1 : 0) - (was ? 1 : 0);
  }
}
