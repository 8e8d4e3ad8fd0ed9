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
  private int counted;
  private long added;

  /** Nothing counted yet. */
  public LiveRows() {}

  /**
   * Returns the figure for a layer of a view, counting the entries that are new since last time.
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
      boolean is = !snapshot.isDelete(counted);
      added += (is ? 1 : 0) - (was ? 1 : 0);
    }
    return added;
  }
}
