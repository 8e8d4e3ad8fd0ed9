package io.weir.storage.query;

import io.weir.storage.field.RowSet;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Filters for the rows of one chunk or hot buffer, each made when it is first needed, and kept as
 * long as a pass or a scan.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the memory of the rows.
 */
final class SourceFilters {
  private final ViewedRows source;
  private final Map<CheckedFilter, RowFilter> bound = new ConcurrentHashMap<>();

  /**
   * Nothing made yet.
   *
   * @param source the rows as a view sees them that sees most of them
   */
  SourceFilters(ViewedRows source) {
    this.source = source;
  }

  private RowFilter of(CheckedFilter filter) throws IOException {
    RowFilter known = bound.get(filter);
    if (known == null) {
      known = FilterBinding.bind(filter, source);
      bound.put(filter, known);
    }
    return known;
  }

  /**
   * Returns which rows of a range a view shows and a filter lets through.
   *
   * @param seen the rows as the view sees them
   * @param first the first row
   * @param room how many rows there could be in the set
   * @param filter the filter
   * @param payloads what the payloads of the rows say
   */
  RowSet shown(ViewedRows seen, int first, int room, CheckedFilter filter, PayloadValues payloads)
      throws IOException {
    int rows = Math.clamp(seen.rows() - first, 0, room);
    RowSet shown = RowSet.of(first, room, rows);
    RowFilter let = of(filter);
    // Whatever is cheaper goes first.
    boolean payloadsLast = let.cost() == RowFilter.Cost.PAYLOAD;
    if (payloadsLast) {
      shown.retainIf(row -> !seen.isReplaced(row));
    }
    let.retain(shown, payloads);
    if (!payloadsLast) {
      shown.retainIf(row -> !seen.isReplaced(row));
    }
    return shown;
  }

  /** Whether a filter lets a row through, be it replaced or not. */
  boolean lets(int row, CheckedFilter filter) throws IOException {
    RowSet one = RowSet.of(row, 1, 1);
    of(filter).retain(one, new PayloadValues(source, filter.declared()));
    return !one.isEmpty();
  }
}
