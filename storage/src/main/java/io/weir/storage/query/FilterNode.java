package io.weir.storage.query;

import io.weir.storage.field.Field;
import io.weir.storage.field.KeywordRanges;
import io.weir.storage.field.LongRanges;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/** A part of a filter that has been checked: which rows it lets through. */
sealed interface FilterNode {

  /** Those that all of these let through. */
  record AllOf(List<FilterNode> nodes) implements FilterNode {}

  /** Those that one of these lets through, or several. */
  record AnyOf(List<FilterNode> nodes) implements FilterNode {}

  /** Those that another does not let through. */
  record NoneOf(FilterNode node) implements FilterNode {}

  /** A condition: what it takes to tell depends on where rows lie. */
  sealed interface Condition extends FilterNode {}

  /** Those with a value of a field, no keyword, among these. */
  record HasValue(Field field, LongRanges wanted) implements Condition {}

  /** Those with a keyword among these. */
  record HasKeyword(Field field, KeywordRanges wanted) implements Condition {}

  /** Those with one of these keys. */
  record HasKey(List<MemorySegment> keys) implements Condition {}

  /** Those of one partition, or all, with an offset from one on and below another. */
  record OffsetIn(OptionalInt partition, long from, long to) implements Condition {}

  /** Those with a timestamp among these. */
  record TimestampIn(LongRanges wanted) implements Condition {}
}
