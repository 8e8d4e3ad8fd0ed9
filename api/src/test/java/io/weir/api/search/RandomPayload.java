package io.weir.api.search;

import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * The payload of a row of the model: few values, so that filters find some; each field has none,
 * one or several.
 */
record RandomPayload(
    List<String> tags, List<Long> numbers, List<Double> weights, List<Boolean> flags) {

  static final List<String> TAGS = List.of("", "a", "ab", "abc", "b", "ä", "😀", "z");
  static final List<Long> NUMBERS =
      List.of(Long.MIN_VALUE, -3L, -1L, 0L, 1L, 2L, 7L, 1L << 40, Long.MAX_VALUE);
  static final List<Double> WEIGHTS =
      List.of(-Double.MAX_VALUE, -1.5, 0.0, Double.MIN_VALUE, 0.1, 1.0, 1e300);

  /** The fields that they have. */
  static DeclaredFields declared() {
    return TreeFieldReader.declared(
        new Field("tag", FieldType.KEYWORD),
        new Field("number", FieldType.LONG),
        new Field("weight", FieldType.DOUBLE),
        new Field("flag", FieldType.BOOLEAN));
  }

  static RandomPayload of(Random random) {
    return new RandomPayload(
        some(random, TAGS),
        some(random, NUMBERS),
        some(random, WEIGHTS),
        some(random, List.of(true, false)));
  }

  private static <T> List<T> some(Random random, List<T> of) {
    List<T> some = new ArrayList<>();
    int count = random.nextInt(4) == 0 ? random.nextInt(4) : 1;
    for (int i = 0; i < count; i++) {
      some.add(of.get(random.nextInt(of.size())));
    }
    return some;
  }

  String json() {
    return "{\"tag\":"
        + tags.stream().map(tag -> '"' + tag + '"').collect(Collectors.joining(",", "[", "]"))
        + ",\"number\":"
        + numbers
        + ",\"weight\":"
        + weights
        + ",\"flag\":"
        + (flags.size() == 1 ? flags.getFirst().toString() : flags.toString())
        + "}";
  }
}
