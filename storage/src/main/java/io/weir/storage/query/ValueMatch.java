package io.weir.storage.query;

import io.weir.storage.field.ValueVisitor;
import io.weir.storage.query.FilterNode.HasKeyword;
import io.weir.storage.query.FilterNode.HasValue;
import java.lang.foreign.MemorySegment;

/**
 * Is shown the values of one row after the other, and says whether one of them was wanted.
 *
 * <p><b>Threads:</b> one.
 */
abstract sealed class ValueMatch implements ValueVisitor {
  private boolean matched;

  private ValueMatch() {}

  static ValueMatch of(HasValue condition) {
    return new OfNumbers(condition);
  }

  static ValueMatch of(HasKeyword condition) {
    return new OfKeywords(condition);
  }

  /** Whether a value was wanted since this was asked last. */
  boolean take() {
    boolean was = matched;
    matched = false;
    return was;
  }

  private static final class OfNumbers extends ValueMatch {
    private final HasValue condition;

    OfNumbers(HasValue condition) {
      this.condition = condition;
    }

    @Override
    public void ordered(long value) {
      note(condition.wanted().contains(value));
    }

    @Override
    public void keyword(MemorySegment bytes) {
      throw new IllegalStateException(condition.field() + " has a keyword");
    }
  }

  private static final class OfKeywords extends ValueMatch {
    private final HasKeyword condition;

    OfKeywords(HasKeyword condition) {
      this.condition = condition;
    }

    @Override
    public void ordered(long value) {
      throw new IllegalStateException(condition.field() + " has a number");
    }

    @Override
    public void keyword(MemorySegment bytes) {
      note(condition.wanted().contains(bytes));
    }
  }

  final void note(boolean wanted) {
    matched |= wanted;
  }
}
