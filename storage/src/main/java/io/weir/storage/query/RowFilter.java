package io.weir.storage.query;

import io.weir.storage.field.RowSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A filter, or a part of one, for the rows of one chunk or hot buffer: whatever can be told of all
 * of them at once has been.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the memory of the rows.
 */
interface RowFilter {

  /** Lets every row through. */
  RowFilter ALL = of(Cost.NOTHING, (_, _) -> {});

  /** Lets no row through. */
  RowFilter NONE = of(Cost.NOTHING, (rows, _) -> rows.clear());

  /** What it takes to tell of a row; cheap parts go first, and leave less to the others. */
  enum Cost {
    NOTHING,
    /** Rows that are known. */
    LIST,
    /** A look at a column. */
    COLUMN,
    /** A look at a table of a hot buffer. */
    TABLE,
    /** The payload is read. */
    PAYLOAD
  }

  /** Takes rows out of a set. */
  interface Step {
    /**
     * Takes out the rows that are not let through.
     *
     * @param rows of the chunk or buffer
     * @param payloads what their payloads say
     */
    void retain(RowSet rows, PayloadValues payloads) throws IOException;
  }

  /** Takes out the rows that are not let through. */
  void retain(RowSet rows, PayloadValues payloads) throws IOException;

  /** What it takes. */
  Cost cost();

  /** A filter of one step. */
  static RowFilter of(Cost cost, Step step) {
    return new RowFilter() {
      @Override
      public void retain(RowSet rows, PayloadValues payloads) throws IOException {
        step.retain(rows, payloads);
      }

      @Override
      public Cost cost() {
        return cost;
      }
    };
  }

  /** Lets through what all of these do. */
  static RowFilter all(List<RowFilter> filters) {
    List<RowFilter> parts = new ArrayList<>(filters);
    parts.removeIf(ALL::equals);
    if (parts.isEmpty()) {
      return ALL;
    }
    if (parts.contains(NONE)) {
      return NONE;
    }
    parts.sort(Comparator.comparing(RowFilter::cost));
    return of(
        parts.getLast().cost(),
        (rows, payloads) -> {
          for (RowFilter part : parts) {
            if (rows.isEmpty()) {
              return;
            }
            part.retain(rows, payloads);
          }
        });
  }

  /** Lets through what one of these does, or several. */
  static RowFilter any(List<RowFilter> filters) {
    List<RowFilter> parts = new ArrayList<>(filters);
    parts.removeIf(NONE::equals);
    if (parts.isEmpty()) {
      return NONE;
    }
    if (parts.contains(ALL)) {
      return ALL;
    }
    parts.sort(Comparator.comparing(RowFilter::cost));
    return of(
        parts.getLast().cost(),
        (rows, payloads) -> {
          RowSet left = rows.copy();
          for (RowFilter part : parts) {
            if (left.isEmpty()) {
              return;
            }
            RowSet through = left.copy();
            part.retain(through, payloads);
            left.removeAll(through);
          }
          rows.removeAll(left);
        });
  }

  /** Lets through what another does not. */
  static RowFilter not(RowFilter filter) {
    if (filter.equals(ALL)) {
      return NONE;
    }
    if (filter.equals(NONE)) {
      return ALL;
    }
    return of(
        filter.cost(),
        (rows, payloads) -> {
          RowSet through = rows.copy();
          filter.retain(through, payloads);
          rows.removeAll(through);
        });
  }
}
