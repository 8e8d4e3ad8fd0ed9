package io.weir.storage.query;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Reads live rows of one shard in the order of their offsets, from any offset on.
 *
 * <p>Chunks are in the order of their offsets, below those of the hot buffers, so a place in the
 * scan is an offset, and any view as of the same position can take it up there.
 *
 * <p><b>Threads:</b> one; used once.
 */
public final class ShardScan {
  /** Rows between two looks at the signal. */
  private static final int SIGNAL_ROWS = 4096;

  private final ShardView view;
  private final boolean withVector;
  private final boolean withPayload;
  private final BlockLimit limit;
  private final BooleanSupplier cancelled;
  private final List<StoredRow> rows = new ArrayList<>();
  private long bytes;
  private int seen;

  private ShardScan(
      ShardView view,
      boolean withVector,
      boolean withPayload,
      BlockLimit limit,
      BooleanSupplier cancelled) {
    this.view = view;
    this.withVector = withVector;
    this.withPayload = withPayload;
    this.limit = limit;
    this.cancelled = cancelled;
  }

  /**
   * Some rows.
   *
   * @param rows the rows
   * @param nextOffset where to go on
   * @param atEnd whether there are no more
   */
  public record Block(List<StoredRow> rows, long nextOffset, boolean atEnd) {}

  /**
   * Reads a block.
   *
   * @param fromOffset the lowest offset that is wanted
   * @throws CancellationException if the signal says so
   */
  public static Block read(
      ShardView view,
      long fromOffset,
      boolean withVector,
      boolean withPayload,
      BlockLimit limit,
      BooleanSupplier cancelled)
      throws IOException {
    return new ShardScan(view, withVector, withPayload, limit, cancelled).read(fromOffset);
  }

  private Block read(long from) throws IOException {
    for (ColdChunk cold : view.cold().chunks()) {
      MappedChunk chunk = cold.chunk();
      if (chunk.lastOffset() < from) {
        continue;
      }
      for (int row = chunk.rowsBefore(from); row < cold.rows(); row++) {
        if (isFull()) {
          return new Block(rows, chunk.offset(row), false);
        }
        if (!cold.isDead(row) && !view.hidden(chunk.key(row), view.hot().size())) {
          add(new LocatedRow.Cold(chunk, row));
        }
      }
    }
    for (int layer = view.hot().size() - 1; layer >= 0; layer--) {
      HotSnapshot snapshot = view.hot().get(layer);
      int first = snapshot.asOf(new SourcePosition(from, SourcePosition.UNKNOWN_EPOCH)).count();
      for (int entry = first; entry < snapshot.count(); entry++) {
        if (isFull()) {
          return new Block(rows, snapshot.offset(entry), false);
        }
        if (snapshot.isLive(entry) && !view.hidden(snapshot.key(entry), layer)) {
          add(new LocatedRow.Hot(snapshot, entry));
        }
      }
    }
    return new Block(rows, Long.MAX_VALUE, true);
  }

  private boolean isFull() {
    if (seen++ % SIGNAL_ROWS == 0 && cancelled.getAsBoolean()) {
      throw new CancellationException("scan cancelled after " + seen + " rows");
    }
    return rows.size() >= limit.rows() || bytes >= limit.bytes();
  }

  private void add(LocatedRow located) throws IOException {
    StoredRow row = located.copy(view.partition(), withVector, withPayload);
    rows.add(row);
    bytes += (long) row.vector().length * Float.BYTES + row.key().length() + row.payload().length;
  }
}
