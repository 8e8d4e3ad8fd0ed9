package io.weir.storage.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a search says of filters that do not fit. */
class CheckedFilterTest {
  private static final DeclaredFields DECLARED =
      new DeclaredFields(
          List.of(
              new Field("word", FieldType.KEYWORD),
              new Field("count", FieldType.LONG),
              new Field("weight", FieldType.DOUBLE),
              new Field("flag", FieldType.BOOLEAN),
              new Field("at", FieldType.TIMESTAMP)),
          (_, _) -> {});

  private static CheckedFilter check(Filter filter) {
    return CheckedFilter.of(filter, DECLARED);
  }

  private static void assertRefused(Filter filter, String... parts) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> check(filter)).getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), () -> part + " is not in: " + message);
    }
  }

  private static Filter in(String field, FieldValue value) {
    return new Filter.In(field, List.of(value));
  }

  private static Filter from(String field, FieldValue value) {
    return new Filter.Range(field, Optional.of(new Filter.Bound(value, true)), Optional.empty());
  }

  @Test
  void aFieldThatIsNotDeclaredIsNamedBesideThoseThatAre() {
    assertRefused(
        new Filter.Exists("nowhere"), "the field nowhere", "word, count, weight, flag, at");
    assertRefused(
        new Filter.Not(new Filter.Any(List.of(new Filter.Prefix("nowhere", "a")))), "nowhere");
    assertRefused(in("nowhere", new FieldValue.Whole(1)), "nowhere");
    assertRefused(from("nowhere", new FieldValue.Whole(1)), "nowhere");
  }

  @Test
  void aValueOfAnotherTypeIsNamed() {
    FieldValue text = new FieldValue.Keyword("a");
    FieldValue whole = new FieldValue.Whole(1);
    FieldValue real = new FieldValue.Real(1);
    FieldValue flag = new FieldValue.Flag(true);
    for (FieldValue value : List.of(whole, real, flag)) {
      assertRefused(in("word", value), "the field word, a keyword, with a");
      assertRefused(from("word", value), "the field word, a keyword, with a");
    }
    for (FieldValue value : List.of(text, real, flag)) {
      assertRefused(in("count", value), "the field count, a long, with a");
      assertRefused(from("at", value), "the field at, a timestamp, with a");
    }
    assertRefused(in("weight", whole), "the field weight, a double, with a whole number");
    assertRefused(in("flag", whole), "the field flag, a boolean, with a whole number");
    assertRefused(new Filter.Prefix("count", "1"), "the field count, a long, with a prefix");
    check(in("word", text));
    check(from("count", whole));
    check(from("at", whole));
    check(from("weight", real));
    check(from("flag", flag));
  }

  @Test
  void whatIsNoNumberAndNoTextIsRefused() {
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(from("weight", new FieldValue.Real(value)), "weight", "finite");
    }
    assertRefused(new Filter.Prefix("word", "\ud800"), "prefix for word", "surrogates");
    assertRefused(in("word", new FieldValue.Keyword("a\udc00")), "value for word", "surrogates");
    assertRefused(new Filter.Keys(List.of("\ud800")), "a key", "surrogates");
  }

  @Test
  void sizeAndDepthHaveLimits() {
    Filter leaf = new Filter.Exists("word");
    check(new Filter.All(Collections.nCopies(Filter.MAX_NODES - 1, leaf)));
    assertRefused(
        new Filter.All(Collections.nCopies(Filter.MAX_NODES, leaf)), "more than 1024 conditions");
    Filter deep = leaf;
    for (int depth = 0; depth < Filter.MAX_DEPTH; depth++) {
      deep = new Filter.Not(deep);
      check(deep);
    }
    assertRefused(new Filter.Any(List.of(deep)), "more than 16 groups");
    for (int depth = 0; depth < 100_000; depth++) {
      deep = new Filter.Not(deep);
    }
    assertRefused(deep, "more than 16 groups");
  }

  @Test
  void equalFiltersHaveOneIdentity() {
    Filter filter = in("word", new FieldValue.Keyword("a"));
    Object identity = check(filter).identity();
    assertEquals(identity, check(in("word", new FieldValue.Keyword("a"))).identity());
    assertNotEquals(identity, check(in("word", new FieldValue.Keyword("b"))).identity());
  }
}
