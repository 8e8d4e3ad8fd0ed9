package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.LongRanges;
import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.query.FilterNode.AllOf;
import io.weir.storage.query.FilterNode.AnyOf;
import io.weir.storage.query.FilterNode.Condition;
import io.weir.storage.query.FilterNode.HasKey;
import io.weir.storage.query.FilterNode.HasKeyword;
import io.weir.storage.query.FilterNode.HasValue;
import io.weir.storage.query.FilterNode.NoneOf;
import io.weir.storage.query.FilterNode.OffsetIn;
import io.weir.storage.query.FilterNode.TimestampIn;
import io.weir.storage.query.RowFilter.Cost;
import io.weir.storage.record.KeyHash;
import io.weir.storage.segment.FieldColumn;
import io.weir.storage.segment.MappedChunk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Makes filters for the rows of one chunk or hot buffer. What the header of a chunk or the ends of
 * its columns tell of all rows is told here, and needs no column: conditions that no row meets, or
 * each.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the memory of the rows.
 */
abstract sealed class FilterBinding {
  private final DeclaredFields declared;

  private FilterBinding(DeclaredFields declared) {
    this.declared = declared;
  }

  /** Makes a filter for some rows; all rows of them that a view sees are among them. */
  static RowFilter bind(CheckedFilter filter, ViewedRows rows) throws IOException {
    FilterBinding binding =
        switch (rows) {
          case ViewedRows.Cold cold -> new Cold(filter.declared(), cold);
          case ViewedRows.Hot hot -> new Hot(filter.declared(), hot);
        };
    return binding.bind(filter.root());
  }

  private RowFilter bind(FilterNode node) throws IOException {
    return switch (node) {
      case AllOf(List<FilterNode> nodes) -> RowFilter.all(bind(nodes));
      case AnyOf(List<FilterNode> nodes) -> RowFilter.any(bind(nodes));
      case NoneOf(FilterNode other) -> RowFilter.not(bind(other));
      case Condition condition -> condition(condition);
    };
  }

  private List<RowFilter> bind(List<FilterNode> nodes) throws IOException {
    List<RowFilter> filters = new ArrayList<>();
    for (FilterNode node : nodes) {
      filters.add(bind(node));
    }
    return filters;
  }

  private RowFilter condition(Condition condition) throws IOException {
    return switch (condition) {
      case HasValue value -> value(value);
      case HasKeyword keyword -> keyword(keyword);
      case HasKey(List<MemorySegment> keys) -> keys(keys);
      case OffsetIn offset -> offset(offset);
      case TimestampIn(LongRanges wanted) -> timestamp(wanted);
    };
  }

  abstract ShardView view();

  abstract RowFilter value(HasValue condition) throws IOException;

  abstract RowFilter keyword(HasKeyword condition) throws IOException;

  abstract RowFilter timestamp(LongRanges wanted);

  /** Visits the rows of a key, replaced ones included, in any order. */
  abstract void forEachRow(long hash, MemorySegment key, IntConsumer rows) throws IOException;

  /** How many rows have an offset lower than {@code before}: these come first. */
  abstract int rowsBefore(long before) throws IOException;

  abstract int rows();

  private RowFilter keys(List<MemorySegment> keys) throws IOException {
    IntStream.Builder found = IntStream.builder();
    KeyHash keyHash = view().keyHash();
    for (MemorySegment key : keys) {
      forEachRow(keyHash.of(key), key, found);
    }
    int[] sorted = found.build().sorted().toArray();
    if (sorted.length == 0) {
      return RowFilter.NONE;
    }
    return RowFilter.of(Cost.LIST, (rows, _) -> rows.retainRows(sorted));
  }

  private RowFilter offset(OffsetIn wanted) throws IOException {
    boolean other =
        wanted.partition().isPresent() && wanted.partition().getAsInt() != view().partition();
    if (other || wanted.from() >= wanted.to()) {
      return RowFilter.NONE;
    }
    int from = rowsBefore(wanted.from());
    int to = rowsBefore(wanted.to());
    if (from == to) {
      return RowFilter.NONE;
    }
    return from == 0 && to == rows()
        ? RowFilter.ALL
        : RowFilter.of(Cost.LIST, (rows, _) -> rows.retainRange(from, to));
  }

  /** For rows that have no column of a field. */
  final RowFilter ofPayloads(Field field, Supplier<ValueMatch> matches) {
    int number = declared.fields().indexOf(field);
    return RowFilter.of(
        Cost.PAYLOAD,
        (rows, payloads) -> {
          ValueMatch match = matches.get();
          rows.retainIf(row -> {
            payloads.of(row).visit(number, match);
            return match.take();
          });
        });
  }

  /** For the rows of a chunk. */
  private static final class Cold extends FilterBinding {
    private final ViewedRows.Cold rows;
    private final MappedChunk chunk;

    Cold(DeclaredFields declared, ViewedRows.Cold rows) {
      super(declared);
      this.rows = rows;
      this.chunk = rows.cold().chunk();
    }

    @Override
    ShardView view() {
      return rows.view();
    }

    @Override
    RowFilter value(HasValue condition) throws IOException {
      Optional<FieldColumn> column = chunk.column(condition.field());
      return column.isPresent()
          ? numbers(column.get(), condition.wanted())
          : ofPayloads(condition.field(), () -> ValueMatch.of(condition));
    }

    @Override
    RowFilter keyword(HasKeyword condition) throws IOException {
      Optional<FieldColumn> column = chunk.column(condition.field());
      return column.isPresent()
          ? numbers(column.get(), column.get().numbers(condition.wanted()))
          : ofPayloads(condition.field(), () -> ValueMatch.of(condition));
    }

    private static RowFilter numbers(FieldColumn column, LongRanges wanted) {
      if (column.isEmpty() || !wanted.meets(column.lowest(), column.highest())) {
        return RowFilter.NONE;
      }
      return column.hasOneEach() && wanted.covers(column.lowest(), column.highest())
          ? RowFilter.ALL
          : RowFilter.of(Cost.COLUMN, (rows, _) -> column.retain(rows, wanted));
    }

    @Override
    RowFilter timestamp(LongRanges wanted) {
      long lowest = chunk.lowestTimestamp();
      long most = chunk.mostTimestamp();
      if (!wanted.meets(lowest, most)) {
        return RowFilter.NONE;
      }
      return wanted.covers(lowest, most)
          ? RowFilter.ALL
          : RowFilter.of(Cost.COLUMN, (rows, _) -> chunk.retainTimestamps(rows, wanted));
    }

    @Override
    void forEachRow(long hash, MemorySegment key, IntConsumer found) throws IOException {
      chunk.forEachRow(hash, key, found);
    }

    @Override
    int rowsBefore(long before) throws IOException {
      return rows.rowsBefore(before);
    }

    @Override
    int rows() {
      return rows.rows();
    }
  }

  /** For the vectors of a hot buffer. */
  private static final class Hot extends FilterBinding {
    private final ViewedRows.Hot rows;
    private final HotSnapshot snapshot;

    Hot(DeclaredFields declared, ViewedRows.Hot rows) {
      super(declared);
      this.rows = rows;
      this.snapshot = rows.snapshot();
    }

    @Override
    ShardView view() {
      return rows.view();
    }

    @Override
    RowFilter value(HasValue condition) {
      int number = snapshot.fields().indexOf(condition.field());
      return number < 0
          ? ofPayloads(condition.field(), () -> ValueMatch.of(condition))
          : RowFilter.of(
              Cost.TABLE, (vectors, _) -> snapshot.retain(vectors, number, condition.wanted()));
    }

    @Override
    RowFilter keyword(HasKeyword condition) {
      int number = snapshot.fields().indexOf(condition.field());
      if (number < 0) {
        return ofPayloads(condition.field(), () -> ValueMatch.of(condition));
      }
      return RowFilter.of(
          Cost.TABLE,
          (vectors, _) -> {
            ValueMatch match = ValueMatch.of(condition);
            vectors.retainIf(vector -> {
              snapshot.values(vector, number, match);
              return match.take();
            });
          });
    }

    @Override
    RowFilter timestamp(LongRanges wanted) {
      return RowFilter.of(
          Cost.TABLE,
          (vectors, _) ->
              vectors.retainIf(vector ->
                  wanted.contains(snapshot.timestampMillis(snapshot.entryOfVector(vector)))));
    }

    @Override
    void forEachRow(long hash, MemorySegment key, IntConsumer found) {
      for (int entry = snapshot.find(hash, key);
          entry != HotSnapshot.NONE;
          entry = snapshot.previous(entry)) {
        if (!snapshot.isDelete(entry)) {
          found.accept(snapshot.vector(entry));
        }
      }
    }

    @Override
    int rowsBefore(long before) {
      return rows.rowsBefore(before);
    }

    @Override
    int rows() {
      return rows.rows();
    }
  }
}
