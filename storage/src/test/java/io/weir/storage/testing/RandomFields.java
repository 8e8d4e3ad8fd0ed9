package io.weir.storage.testing;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.query.Filter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Random values of fields, and random filters that are likely to meet some of them.
 *
 * <p><b>Threads:</b> one.
 */
public final class RandomFields {
  private static final String LONGEST = "k".repeat(Field.MAX_KEYWORD_BYTES);
  private static final String[] WORDS = {
    "", "a", "ab", "abc", "b", "é", "日本", "🦫", "🦫🦫", "\uffff", "zz", LONGEST, LONGEST + "k"
  };
  private static final long[] LONGS = {
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    -300,
    -1,
    0,
    1,
    2,
    70_000,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE
  };
  private static final double[] DOUBLES = {
    -Double.MAX_VALUE,
    -1.5,
    -Double.MIN_VALUE,
    -0.0,
    0.0,
    Double.MIN_VALUE,
    0.25,
    7,
    Double.MAX_VALUE
  };
  private static final List<FieldType> TYPES = List.of(FieldType.values());
  private static final String[] NAMES = {"word", "count", "weight", "flag", "at", "a.b", "größe"};

  private final Random random;

  /** By name: how likely a row has one value, and how likely several. */
  private final Map<String, double[]> shapes = new LinkedHashMap<>();

  /** Chooses how fields are filled. */
  public RandomFields(Random random) {
    this.random = random;
    for (String name : NAMES) {
      double[][] all = {{1, 0}, {0.7, 0}, {0.5, 0.3}, {0, 0}, {0.1, 0.9}};
      shapes.put(name, all[random.nextInt(all.length)]);
    }
  }

  /** Declares some fields of any type, mostly of the one that their values have. */
  public List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    FieldType[] types = FieldType.values();
    for (int i = 0; i < NAMES.length; i++) {
      if (random.nextInt(4) > 0) {
        FieldType type = types[random.nextInt(8) == 0 ? random.nextInt(5) : i % 5];
        fields.add(new Field(NAMES[i], type));
      }
    }
    return fields;
  }

  /** The values of a row. */
  public Map<String, List<FieldValue>> values() {
    Map<String, List<FieldValue>> values = new LinkedHashMap<>();
    for (int i = 0; i < NAMES.length; i++) {
      FieldType type = TYPES.get(i % TYPES.size());
      double[] shape = shapes.getOrDefault(NAMES[i], new double[2]);
      double dice = random.nextDouble();
      int count = 0;
      if (dice < shape[0]) {
        count = 1;
      } else if (dice < shape[0] + shape[1]) {
        count = random.nextInt(200) == 0 ? 300 : 2 + random.nextInt(3);
      }
      List<FieldValue> list = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        boolean other = shape[1] > 0 && random.nextInt(30) == 0;
        list.add(value(other ? TYPES.get(random.nextInt(TYPES.size())) : type));
      }
      if (count > 0 || random.nextBoolean()) {
        values.put(NAMES[i], list);
      }
    }
    return values;
  }

  /** A value of a type. */
  public FieldValue value(FieldType type) {
    return switch (type) {
      case KEYWORD ->
          new FieldValue.Keyword(
              random.nextInt(4) == 0
                  ? "w" + random.nextInt(300)
                  : WORDS[random.nextInt(WORDS.length)]);
      case LONG ->
          new FieldValue.Whole(
              random.nextInt(4) == 0
                  ? LONGS[random.nextInt(LONGS.length)]
                  : random.nextInt(40) - 20);
      case TIMESTAMP -> new FieldValue.Whole(1_700_000_000_000L + random.nextInt(100_000));
      case DOUBLE ->
          new FieldValue.Real(
              random.nextBoolean()
                  ? DOUBLES[random.nextInt(DOUBLES.length)]
                  : random.nextInt(20) / 8.0 - 1);
      case BOOLEAN -> new FieldValue.Flag(random.nextBoolean());
    };
  }

  /** A filter over declared fields, with groups up to a depth. */
  public Filter filter(List<Field> fields, int depth, Supplier<String> keys, long mostOffset) {
    if (depth > 0 && random.nextInt(3) > 0) {
      List<Filter> parts = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        parts.add(filter(fields, depth - 1, keys, mostOffset));
      }
      return switch (random.nextInt(3)) {
        case 0 -> new Filter.All(parts);
        case 1 -> new Filter.Any(parts);
        default -> new Filter.Not(filter(fields, depth - 1, keys, mostOffset));
      };
    }
    if (fields.isEmpty() || random.nextInt(4) == 0) {
      return ofRow(keys, mostOffset);
    }
    return ofField(fields.get(random.nextInt(fields.size())));
  }

  private Filter ofRow(Supplier<String> keys, long mostOffset) {
    long from = random.nextLong(mostOffset + 1) - 1;
    long to = from + random.nextLong(mostOffset + 2);
    return switch (random.nextInt(3)) {
      case 0 -> {
        List<String> some = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          some.add(keys.get());
        }
        yield new Filter.Keys(some);
      }
      case 1 -> {
        OptionalInt partition =
            random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(random.nextInt(3));
        yield new Filter.Offsets(partition, from, to);
      }
      default -> new Filter.Timestamps(random.nextInt(4) == 0 ? Long.MIN_VALUE : from, to);
    };
  }

  private Filter ofField(Field field) {
    int kind = random.nextInt(field.type() == FieldType.KEYWORD ? 5 : 4);
    return switch (kind) {
      case 0 -> new Filter.Exists(field.name());
      case 1 -> {
        List<FieldValue> values = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 50 : 4); i > 0; i--) {
          values.add(value(field.type()));
        }
        yield new Filter.In(field.name(), values);
      }
      case 4 ->
          new Filter.Prefix(
              field.name(), random.nextInt(4) == 0 ? "w1" : WORDS[random.nextInt(WORDS.length)]);
      default -> new Filter.Range(field.name(), bound(field.type()), bound(field.type()));
    };
  }

  private Optional<Filter.Bound> bound(FieldType type) {
    return random.nextInt(3) == 0
        ? Optional.empty()
        : Optional.of(new Filter.Bound(value(type), random.nextBoolean()));
  }
}
