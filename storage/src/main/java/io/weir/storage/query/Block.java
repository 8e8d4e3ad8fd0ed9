package io.weir.storage.query;

import io.weir.storage.field.RowSet;
import io.weir.storage.query.ViewedRows.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Adjacent rows that lie in one run of memory, and what the views of a pass see of them.
 *
 * @param from number of the first row among those of its chunk or buffer
 * @param rows how many
 * @param source the chunk or buffer, as a view sees it that sees most of it
 * @param run where the rows lie
 * @param filters filters for the rows of the chunk or buffer
 * @param sights which views see some of them, and as what; at least one sees all
 */
record Block(
    int from, int rows, ViewedRows source, Run run, SourceFilters filters, List<Sight> sights) {

  /**
   * What one view sees.
   *
   * @param view number of the view in its pass
   * @param seen rows of the chunk or buffer
   */
  record Sight(int view, ViewedRows seen) {}

  /** Cuts rows of one chunk or buffer into blocks. */
  static List<Block> of(List<Sight> sights, int mostRows) {
    ViewedRows source = sights.getFirst().seen();
    for (Sight sight : sights) {
      source = sight.seen().rows() > source.rows() ? sight.seen() : source;
    }
    SourceFilters filters = new SourceFilters(source);
    List<Block> blocks = new ArrayList<>();
    int rows;
    for (int from = 0; from < source.rows(); from += rows) {
      rows = Math.min(source.runLength(from), mostRows);
      int first = from;
      List<Sight> here = sights.stream().filter(sight -> sight.seen().rows() > first).toList();
      blocks.add(new Block(from, rows, source, source.run(from, rows), filters, here));
    }
    return blocks;
  }

  /**
   * Returns which rows of the block a view shows and a filter lets through, as {@link
   * #shown(ViewedRows)}; empty if there are none, and then no vector has been read.
   *
   * @throws IOException if these, or what it takes to tell them, are not what was written
   */
  Optional<long[]> shown(ViewedRows seen, CheckedFilter filter) throws IOException {
    PayloadValues payloads = new PayloadValues(source, filter.declared());
    RowSet shown = filters.shown(seen, from, rows, filter, payloads);
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    seen.verify(shown.next(from), shown.last() + 1);
    return Optional.of(shown.words());
  }

  /**
   * Returns which rows of the block a view shows, one bit each, the first in the lowest bit of the
   * first word; null if it shows all.
   *
   * @throws IOException if rows that it shows are not what was written
   */
  long @Nullable [] shown(ViewedRows seen) throws IOException {
    int end = Math.min(rows, seen.rows() - from);
    seen.verify(from, from + end);
    long[] shown = null;
    if (end < rows) {
      shown = RowSet.of(from, rows, end).words();
    }
    for (int row = 0; row < end; row++) {
      if (seen.isReplaced(from + row)) {
        if (shown == null) {
          shown = RowSet.of(from, rows, end).words();
        }
        shown[row / Long.SIZE] &= ~(1L << row);
      }
    }
    return shown;
  }
}
