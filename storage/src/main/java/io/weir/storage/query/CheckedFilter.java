package io.weir.storage.query;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.field.KeywordRanges;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.OrderedValue;
import io.weir.storage.query.FilterNode.AllOf;
import io.weir.storage.query.FilterNode.AnyOf;
import io.weir.storage.query.FilterNode.HasKey;
import io.weir.storage.query.FilterNode.HasKeyword;
import io.weir.storage.query.FilterNode.HasValue;
import io.weir.storage.query.FilterNode.NoneOf;
import io.weir.storage.query.FilterNode.OffsetIn;
import io.weir.storage.query.FilterNode.TimestampIn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A filter whose fields are declared and whose values are of their types, made ready: conditions
 * are sets of numbers, or of keywords, that a row must have a value in.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class CheckedFilter {
  private final Filter filter;
  private final DeclaredFields declared;
  private final FilterNode root;

  private CheckedFilter(Filter filter, DeclaredFields declared, FilterNode root) {
    this.filter = filter;
    this.declared = declared;
    this.root = root;
  }

  /**
   * Checks a filter.
   *
   * @throws UnfitFilterException if it names a field that is not declared, compares one with a
   *     value of another type, or is too large
   */
  public static CheckedFilter of(Filter filter, DeclaredFields declared) {
    FilterNode root = new Reader(declared).read(filter, 0);
    return new CheckedFilter(filter, declared, root);
  }

  /** What is equal where filters let the same rows through. */
  Object identity() {
    record Identity(Filter filter, DeclaredFields declared) {}
    return new Identity(filter, declared);
  }

  DeclaredFields declared() {
    return declared;
  }

  FilterNode root() {
    return root;
  }

  /** Reads one filter; used once. */
  private static final class Reader {
    private final DeclaredFields declared;
    private int nodes;

    Reader(DeclaredFields declared) {
      this.declared = declared;
    }

    FilterNode read(Filter filter, int depth) {
      if (++nodes > Filter.MAX_NODES) {
        throw new UnfitFilterException(
            "the filter has more than " + Filter.MAX_NODES + " conditions and groups");
      }
      return switch (filter) {
        case Filter.All(List<Filter> filters) -> new AllOf(read(filters, depth));
        case Filter.Any(List<Filter> filters) -> new AnyOf(read(filters, depth));
        case Filter.Not(Filter other) -> new NoneOf(read(List.of(other), depth).getFirst());
        case Filter.In in -> in(in);
        case Filter.Range range -> range(range);
        case Filter.Exists(String field) -> every(field(field));
        case Filter.Prefix(String field, String prefix) -> prefix(field(field), prefix);
        case Filter.Keys(List<String> keys) ->
            new HasKey(
                keys.stream()
                    .distinct()
                    .map(key -> MemorySegment.ofArray(utf8(key, () -> "a key")))
                    .toList());
        case Filter.Offsets(OptionalInt partition, long from, long to) ->
            new OffsetIn(partition, from, to);
        case Filter.Timestamps(long from, long to) ->
            // Below 0 is what stands for a record without one.
            new TimestampIn(LongRanges.of(Math.max(from, 0), to));
      };
    }

    private List<FilterNode> read(List<Filter> filters, int depth) {
      if (depth == Filter.MAX_DEPTH) {
        throw new UnfitFilterException(
            "the filter has more than " + Filter.MAX_DEPTH + " groups within each other");
      }
      List<FilterNode> nodes = new ArrayList<>();
      for (Filter filter : filters) {
        nodes.add(read(filter, depth + 1));
      }
      return nodes;
    }

    private Field field(String name) {
      OptionalInt number = declared.number(name);
      if (number.isEmpty()) {
        throw new UnfitFilterException(
            "the filter names the field "
                + name
                + "; declared are "
                + declared.fields().stream().map(Field::name).toList());
      }
      return declared.fields().get(number.getAsInt());
    }

    private static FilterNode every(Field field) {
      return field.type() == FieldType.KEYWORD
          ? new HasKeyword(field, KeywordRanges.ALL)
          : new HasValue(field, LongRanges.ALL);
    }

    private FilterNode in(Filter.In in) {
      Field field = field(in.field());
      if (field.type() == FieldType.KEYWORD) {
        return new HasKeyword(
            field,
            KeywordRanges.of(in.values().stream().map(value -> keyword(field, value)).toList()));
      }
      return new HasValue(
          field,
          LongRanges.of(in.values().stream().mapToLong(value -> ordered(field, value)).toArray()));
    }

    private FilterNode range(Filter.Range range) {
      Field field = field(range.field());
      if (field.type() == FieldType.KEYWORD) {
        return new HasKeyword(
            field, KeywordRanges.between(end(field, range.lower()), end(field, range.upper())));
      }
      long low = Long.MIN_VALUE;
      long high = Long.MAX_VALUE;
      if (range.lower().isPresent()) {
        low = ordered(field, range.lower().get().value());
        if (!range.lower().get().inclusive()) {
          if (low == Long.MAX_VALUE) {
            return new HasValue(field, LongRanges.NONE);
          }
          low++;
        }
      }
      if (range.upper().isPresent()) {
        high = ordered(field, range.upper().get().value());
        if (!range.upper().get().inclusive()) {
          if (high == Long.MIN_VALUE) {
            return new HasValue(field, LongRanges.NONE);
          }
          high--;
        }
      }
      return new HasValue(field, LongRanges.of(low, high));
    }

    private static KeywordRanges.@Nullable End end(Field field, Optional<Filter.Bound> bound) {
      return bound
          .map(end -> KeywordRanges.End.of(keyword(field, end.value()), end.inclusive()))
          .orElse(null);
    }

    private static FilterNode prefix(Field field, String prefix) {
      if (field.type() != FieldType.KEYWORD) {
        throw new UnfitFilterException(
            "the filter compares the field "
                + field.name()
                + ", a "
                + field.type().text()
                + ", with a prefix; only a keyword has one");
      }
      return new HasKeyword(
          field, KeywordRanges.beginningWith(utf8(prefix, () -> "the prefix for " + field.name())));
    }

    private static byte[] keyword(Field field, FieldValue value) {
      return switch (value) {
        case FieldValue.Keyword(String text) -> utf8(text, () -> "the value for " + field.name());
        case FieldValue.Whole _, FieldValue.Real _, FieldValue.Flag _ ->
            throw wrongType(field, value);
      };
    }

    /** The value in the order of all values of the field's type. */
    private static long ordered(Field field, FieldValue value) {
      FieldType type = field.type();
      return switch (value) {
        case FieldValue.Whole(long whole)
            when type == FieldType.LONG || type == FieldType.TIMESTAMP ->
            whole;
        case FieldValue.Real(double real) when type == FieldType.DOUBLE -> {
          if (!Double.isFinite(real)) {
            throw new UnfitFilterException(
                "the filter compares the field "
                    + field.name()
                    + " with "
                    + real
                    + "; allowed are finite numbers");
          }
          yield OrderedValue.of(real);
        }
        case FieldValue.Flag(boolean flag) when type == FieldType.BOOLEAN -> OrderedValue.of(flag);
        case FieldValue.Keyword _, FieldValue.Whole _, FieldValue.Real _, FieldValue.Flag _ ->
            throw wrongType(field, value);
      };
    }

    private static UnfitFilterException wrongType(Field field, FieldValue value) {
      String is =
          switch (value) {
            case FieldValue.Keyword _ -> "a keyword";
            case FieldValue.Whole _ -> "a whole number";
            case FieldValue.Real _ -> "a number of double precision";
            case FieldValue.Flag _ -> "a boolean";
          };
      return new UnfitFilterException(
          "the filter compares the field "
              + field.name()
              + ", a "
              + field.type().text()
              + ", with "
              + is);
    }

    private static byte[] utf8(String text, Supplier<String> what) {
      try {
        ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        return MemorySegment.ofBuffer(encoded).toArray(ValueLayout.JAVA_BYTE);
      } catch (CharacterCodingException e) {
        throw new UnfitFilterException(
            what.get() + " in the filter is no text: it has half of a pair of surrogates", e);
      }
    }
  }
}
