package io.weir.api.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A filter as it is sent, and what it means over rows of the model.
 *
 * @param json its text
 * @param rows says which rows it lets through
 */
record RandomFilter(String json, BiPredicate<RandomFilter.Place, RandomPayload> rows) {

  private static final int MAX_DEPTH = 3;

  /** What is known of a row beside its payload. */
  record Place(String key, int partition, long offset) {}

  /** The Kafka timestamp of a record. */
  static long timestamp(long offset) {
    return 1_000 + offset / 2;
  }

  boolean lets(Place place, RandomPayload payload) {
    return rows.test(place, payload);
  }

  /**
   * Makes one.
   *
   * @param keys how many there are in the model
   * @param written how many records there are, by partition
   */
  static RandomFilter of(Random random, int keys, long[] written) {
    return group(random, keys, written, 1);
  }

  private static RandomFilter group(Random random, int keys, long[] written, int depth) {
    List<RandomFilter> must = parts(random, keys, written, depth);
    List<RandomFilter> should = parts(random, keys, written, depth);
    List<RandomFilter> mustNot = parts(random, keys, written, depth);
    return new RandomFilter(
        "{\"must\":"
            + text(must)
            + ",\"should\":"
            + text(should)
            + ",\"mustNot\":"
            + text(mustNot)
            + "}",
        (place, payload) ->
            must.stream().allMatch(one -> one.lets(place, payload))
                && (should.isEmpty() || should.stream().anyMatch(one -> one.lets(place, payload)))
                && mustNot.stream().noneMatch(one -> one.lets(place, payload)));
  }

  private static String text(List<RandomFilter> parts) {
    return parts.stream().map(RandomFilter::json).collect(Collectors.joining(",", "[", "]"));
  }

  private static List<RandomFilter> parts(Random random, int keys, long[] written, int depth) {
    List<RandomFilter> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      parts.add(
          depth < MAX_DEPTH && random.nextInt(3) == 0
              ? group(random, keys, written, depth + 1)
              : condition(random, keys, written));
    }
    return parts;
  }

  private static RandomFilter condition(Random random, int keys, long[] written) {
    return switch (random.nextInt(8)) {
      case 0 -> keys(random, keys);
      case 1 -> offsets(random, written);
      case 2 -> timestamps(random, written);
      case 3 -> prefix(random);
      case 4 ->
          ofField(random, "number", RandomPayload::numbers, RandomPayload.NUMBERS, Long::compare);
      case 5 ->
          ofField(random, "weight", RandomPayload::weights, RandomPayload.WEIGHTS, Double::compare);
      case 6 -> flag(random);
      default ->
          ofField(random, "tag", RandomPayload::tags, RandomPayload.TAGS, RandomFilter::compare);
    };
  }

  /** By the bytes of their UTF-8. */
  private static int compare(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static RandomFilter keys(Random random, int keys) {
    List<String> some = new ArrayList<>();
    for (int i = random.nextInt(1, 60); i > 0; i--) {
      some.add("key-" + random.nextInt(keys + 5));
    }
    return new RandomFilter(
        "{\"keys\":" + some.stream().map(RandomFilter::shown).toList() + "}",
        (place, _) -> some.contains(place.key()));
  }

  private static RandomFilter offsets(Random random, long[] written) {
    int partition = random.nextInt(written.length);
    boolean oneOnly = random.nextBoolean();
    long from = random.nextLong(written[partition] + 1);
    long to = from + random.nextLong(written[partition] + 1);
    return new RandomFilter(
        "{\"offset\":{\"gte\":"
            + from
            + ",\"lt\":"
            + to
            + (oneOnly ? "},\"partition\":" + partition + "}" : "}}"),
        (place, _) ->
            place.offset() >= from
                && place.offset() < to
                && (!oneOnly || place.partition() == partition));
  }

  private static RandomFilter timestamps(Random random, long[] written) {
    long from = timestamp(random.nextLong(written[0] + 1));
    long to = from + random.nextLong(written[0] + 1);
    return new RandomFilter(
        "{\"timestamp\":{\"gt\":" + from + ",\"lte\":" + to + "}}",
        (place, _) -> timestamp(place.offset()) > from && timestamp(place.offset()) <= to);
  }

  private static RandomFilter prefix(Random random) {
    String prefix = one(random, RandomPayload.TAGS);
    return new RandomFilter(
        "{\"field\":\"tag\",\"prefix\":" + shown(prefix) + "}",
        (_, payload) -> payload.tags().stream().anyMatch(tag -> tag.startsWith(prefix)));
  }

  private static RandomFilter flag(Random random) {
    boolean wanted = random.nextBoolean();
    return new RandomFilter(
        "{\"field\":\"flag\",\"match\":" + wanted + "}",
        (_, payload) -> payload.flags().contains(wanted));
  }

  private static <T> RandomFilter ofField(
      Random random,
      String field,
      Function<RandomPayload, List<T>> values,
      List<T> known,
      Comparator<T> order) {
    String start = "{\"field\":\"" + field + "\",";
    return switch (random.nextInt(4)) {
      case 0 -> {
        T wanted = one(random, known);
        yield new RandomFilter(
            start + "\"match\":" + shown(wanted) + "}",
            (_, payload) -> values.apply(payload).contains(wanted));
      }
      case 1 -> {
        List<T> wanted = List.of(one(random, known), one(random, known), one(random, known));
        yield new RandomFilter(
            start + "\"any\":" + wanted.stream().map(RandomFilter::shown).toList() + "}",
            (_, payload) -> values.apply(payload).stream().anyMatch(wanted::contains));
      }
      case 2 -> {
        boolean wanted = random.nextBoolean();
        yield new RandomFilter(
            start + "\"exists\":" + wanted + "}",
            (_, payload) -> !values.apply(payload).isEmpty() == wanted);
      }
      default -> {
        T from = one(random, known);
        T to = one(random, known);
        boolean half = random.nextBoolean();
        yield new RandomFilter(
            start
                + "\"range\":{\"gt\":"
                + shown(from)
                + (half ? "}}" : ",\"lte\":" + shown(to) + "}}"),
            (_, payload) ->
                values.apply(payload).stream()
                    .anyMatch(value ->
                        order.compare(value, from) > 0 && (half || order.compare(value, to) <= 0)));
      }
    };
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String shown(Object value) {
    return value instanceof String ? '"' + value.toString() + '"' : value.toString();
  }
}
