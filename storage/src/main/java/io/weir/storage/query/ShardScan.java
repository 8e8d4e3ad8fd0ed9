package io.weir.storage.query;

import io.weir.storage.field.RowSet;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.segment.ColdChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Reads live rows of one shard in the order of their offsets, from any offset on: all, or those
 * that a filter lets through.
 *
 * <p>Chunks are in the order of their offsets, below those of the hot buffers, so a place in the
 * scan is an offset, and any view as of the same position can take it up there.
 *
 * <p><b>Threads:</b> one; used once.
 */
public final class ShardScan {
  /** Rows that are looked at together: between two looks at the signal, and by a filter. */
  private static final int STEP_ROWS = 1024;

  /** A block ends after the step in which its filter has read so many bytes of payloads. */
  private static final long MOST_PAYLOAD_BYTES = 64 << 20;

  private final ShardView view;
  private final Optional<CheckedFilter> filter;
  private final BooleanSupplier cancelled;

  /** How many more rows may be looked at. */
  private long looksLeft;

  /** How many more bytes of payloads a filter may read; it may overdraw them in one step. */
  private long payloadBytesLeft;

  private ShardScan(
      ShardView view,
      Optional<CheckedFilter> filter,
      BooleanSupplier cancelled,
      long looks,
      long payloadBytes) {
    this.view = view;
    this.filter = filter;
    this.cancelled = cancelled;
    this.looksLeft = looks;
    this.payloadBytesLeft = payloadBytes;
  }

  /**
   * Which rows are wanted, and what of them.
   *
   * @param filter which; all if there is none
   * @param withVector whether with their vectors
   * @param withPayload whether with their payloads
   */
  public record Wanted(Optional<CheckedFilter> filter, boolean withVector, boolean withPayload) {}

  /**
   * Some rows.
   *
   * @param rows the rows; perhaps none, before the end, too
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
      ShardView view, long fromOffset, Wanted wanted, BlockLimit limit, BooleanSupplier cancelled)
      throws IOException {
    List<StoredRow> rows = new ArrayList<>();
    long[] bytes = {0};
    long nextOffset =
        new ShardScan(view, wanted.filter(), cancelled, limit.looks(), MOST_PAYLOAD_BYTES)
            .visit(
                fromOffset,
                row -> {
                  if (rows.size() >= limit.rows() || bytes[0] >= limit.bytes()) {
                    return false;
                  }
                  StoredRow copy =
                      row.copy(view.partition(), wanted.withVector(), wanted.withPayload());
                  rows.add(copy);
                  bytes[0] +=
                      (long) copy.vector().length * Float.BYTES
                          + copy.key().length()
                          + copy.payload().length;
                  return true;
                });
    return new Block(rows, nextOffset, nextOffset == Long.MAX_VALUE);
  }

  /**
   * Counts rows.
   *
   * @throws CancellationException if the signal says so
   */
  public static long count(ShardView view, CheckedFilter filter, BooleanSupplier cancelled)
      throws IOException {
    long[] count = {0};
    new ShardScan(view, Optional.of(filter), cancelled, Long.MAX_VALUE, Long.MAX_VALUE)
        .visit(
            0,
            _ -> {
              count[0]++;
              return true;
            });
    return count[0];
  }

  /** Takes rows. */
  private interface Visitor {
    /** Takes a row; false if it does not, and the scan ends before it. */
    boolean take(LocatedRow row) throws IOException;
  }

  /**
   * Visits rows from an offset on; returns that of the row to go on with, which was not taken or
   * not looked at, or the highest.
   */
  private long visit(long from, Visitor visitor) throws IOException {
    for (ViewedRows rows : layers()) {
      SourceFilters filters = new SourceFilters(rows);
      int end;
      for (int first = rows.rowsBefore(from); first < rows.rows(); first = end) {
        if (looksLeft <= 0 || payloadBytesLeft <= 0) {
          return rows.offset(first);
        }
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("scan cancelled");
        }
        int step = (int) Math.min(Math.min(STEP_ROWS, looksLeft), rows.rows() - first);
        looksLeft -= step;
        end = first + step;
        RowSet shown = shown(rows, first, step, filters);
        for (int row = shown.next(first); row >= 0; row = shown.next(row + 1)) {
          LocatedRow located = rows.locate(row);
          if (!rows.isHidden(located.key()) && !visitor.take(located)) {
            return rows.offset(row);
          }
        }
      }
    }
    return Long.MAX_VALUE;
  }

  /** In the order of their offsets. */
  private List<ViewedRows> layers() {
    List<ViewedRows> layers = new ArrayList<>();
    for (ColdChunk cold : view.cold().chunks()) {
      layers.add(new ViewedRows.Cold(view, cold));
    }
    for (int layer = view.hot().size() - 1; layer >= 0; layer--) {
      layers.add(new ViewedRows.Hot(view, layer));
    }
    return layers;
  }

  private RowSet shown(ViewedRows rows, int first, int count, SourceFilters filters)
      throws IOException {
    if (filter.isPresent()) {
      PayloadValues payloads = new PayloadValues(rows, filter.get().declared());
      RowSet shown = filters.shown(rows, first, count, filter.get(), payloads);
      payloadBytesLeft -= payloads.bytesRead();
      return shown;
    }
    RowSet shown = RowSet.of(first, count, count);
    shown.retainIf(row -> !rows.isReplaced(row));
    return shown;
  }
}
