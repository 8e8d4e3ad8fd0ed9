package io.weir.storage.query;

import io.weir.storage.field.RowSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A filter, or a part of one, for the rows of one chunk or hot buffer: whatever can be told of all
 * of them at once has been.
 *
 * <p>Parts that need no payload are asked about all rows, one part after the other. Several that do
 * are asked about one row after the other, so that each payload is read once, and the values of one
 * are held at a time.
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
    return cheapFirst(parts, RowFilter::allInTurn);
  }

  private static RowFilter allInTurn(List<RowFilter> parts) {
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
    return cheapFirst(parts, RowFilter::anyInTurn);
  }

  private static RowFilter anyInTurn(List<RowFilter> parts) {
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

  /** Combines parts; those that read payloads become one part, the last. */
  private static RowFilter cheapFirst(
      List<RowFilter> parts, Function<List<RowFilter>, RowFilter> combination) {
    List<RowFilter> ordered = new ArrayList<>();
    List<RowFilter> ofPayloads = new ArrayList<>();
    for (RowFilter part : parts) {
      List<RowFilter> those = part.cost() == Cost.PAYLOAD ? ofPayloads : ordered;
      those.add(part);
    }
    ordered.sort(Comparator.comparing(RowFilter::cost));
    if (ofPayloads.size() > 1) {
      ordered.add(rowByRow(combination.apply(ofPayloads)));
    } else {
      ordered.addAll(ofPayloads);
    }
    return combination.apply(ordered);
  }

  private static RowFilter rowByRow(RowFilter filter) {
    return of(
        filter.cost(),
        (rows, payloads) ->
            rows.retainIf(row -> {
              RowSet one = RowSet.of(row, 1, 1);
              filter.retain(one, payloads);
              return !one.isEmpty();
            }));
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
