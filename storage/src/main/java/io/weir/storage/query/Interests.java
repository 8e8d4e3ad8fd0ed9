package io.weir.storage.query;

import io.weir.storage.record.VectorSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Interests that rows are held against together: all vectors in one pass of the kernel, each filter
 * once, however many share it. Interests have numbers, from 0 on.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Interests {

  /** Stands for no filter. */
  private static final int NONE = -1;

  private final VectorSchema schema;
  private final List<Interest> all;

  /** Those with a vector, and their vectors and scorers; the same place is the same interest. */
  private final int[] near;

  private final float[][] vectors;
  private final Scorer[] scorers;

  /** Those without. */
  private final int[] filtered;

  /** The filters, no two of which are equal, and which of them an interest has. */
  private final List<CheckedFilter> filters;

  private final int[] filterOf;

  private Interests(
      VectorSchema schema,
      List<Interest> all,
      int[] near,
      int[] filtered,
      List<CheckedFilter> filters,
      int[] filterOf) {
    this.schema = schema;
    this.all = all;
    this.near = near;
    this.vectors = new float[near.length][];
    this.scorers = new Scorer[near.length];
    for (int i = 0; i < near.length; i++) {
      vectors[i] = Objects.requireNonNull(all.get(near[i]).vector());
      scorers[i] = Objects.requireNonNull(all.get(near[i]).scorer());
    }
    this.filtered = filtered;
    this.filters = filters;
    this.filterOf = filterOf;
  }

  /**
   * Makes interests ready.
   *
   * @param schema that of the collection which they were made for
   */
  public static Interests of(VectorSchema schema, List<Interest> interests) {
    List<Interest> all = List.copyOf(interests);
    List<Integer> near = new ArrayList<>();
    List<Integer> filtered = new ArrayList<>();
    List<CheckedFilter> filters = new ArrayList<>();
    Map<Object, Integer> numbers = new HashMap<>();
    int[] filterOf = new int[all.size()];
    for (int i = 0; i < all.size(); i++) {
      Interest interest = all.get(i);
      (interest.hasVector() ? near : filtered).add(i);
      filterOf[i] = NONE;
      if (interest.filter().isPresent()) {
        CheckedFilter filter = interest.filter().get();
        filterOf[i] =
            numbers.computeIfAbsent(
                filter.identity(),
                _ -> {
                  filters.add(filter);
                  return filters.size() - 1;
                });
      }
    }
    return new Interests(schema, all, ints(near), ints(filtered), List.copyOf(filters), filterOf);
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(number -> number).toArray();
  }

  /** How many there are. */
  public int size() {
    return all.size();
  }

  /** The interest of a number. */
  public Interest get(int number) {
    return all.get(number);
  }

  VectorSchema schema() {
    return schema;
  }

  /** How many have a vector. */
  int nearCount() {
    return near.length;
  }

  /** The number of one of those with a vector. */
  int near(int index) {
    return near[index];
  }

  /** The vectors of those that have one. */
  float[][] vectors() {
    return vectors;
  }

  /** The scorer of one of those with a vector. */
  Scorer scorer(int index) {
    return scorers[index];
  }

  /** The numbers of those without a vector. */
  int[] filtered() {
    return filtered;
  }

  /** How many filters there are. */
  int filterCount() {
    return filters.size();
  }

  /** Which filter an interest has, or -1. */
  int filterOf(int number) {
    return filterOf[number];
  }

  CheckedFilter filter(int index) {
    return filters.get(index);
  }
}
