package io.weir.api.filter;

import io.weir.storage.query.Filter;
import java.util.ArrayList;
import java.util.List;

/** Filters that want some of several conditions to be met, whichever, or none. */
final class Combinations {

  private Combinations() {}

  /**
   * Returns the filter for rows that meet none of some conditions, of which there is one at least.
   */
  static Filter noneOf(List<Filter> conditions) {
    return new Filter.Not(
        conditions.size() == 1 ? conditions.getFirst() : new Filter.Any(conditions));
  }

  /**
   * Returns the filter for rows that meet at least so many of some conditions: one of the groups of
   * so many. The groups are written out, so there may not be too many of them.
   *
   * @param place where they stand
   */
  static Filter atLeast(int count, List<Filter> conditions, String place) {
    if (count == 0) {
      return new Filter.All(List.of());
    }
    if (count > conditions.size()) {
      return new Filter.Any(List.of());
    }
    if (count == 1) {
      return new Filter.Any(conditions);
    }
    if (count == conditions.size()) {
      return new Filter.All(conditions);
    }
    if (groups(count, conditions.size()) * (count + 1L) > Filter.MAX_NODES) {
      throw Refusal.of(
          place,
          "asks for "
              + count
              + " of "
              + conditions.size()
              + " conditions, which are more combinations than a filter may have conditions and groups: "
              + Filter.MAX_NODES);
    }
    List<Filter> groups = new ArrayList<>();
    choose(conditions, count, 0, List.of(), groups);
    return new Filter.Any(groups);
  }

  /** How many groups of a size there are; not exact beyond the limit of a filter. */
  private static long groups(int size, int of) {
    long groups = 1;
    for (int i = 1; i <= size && groups <= Filter.MAX_NODES; i++) {
      groups = groups * (of - size + i) / i;
    }
    return groups;
  }

  private static void choose(
      List<Filter> from, int more, int next, List<Filter> chosen, List<Filter> groups) {
    if (more == 0) {
      groups.add(new Filter.All(chosen));
      return;
    }
    for (int i = next; i <= from.size() - more; i++) {
      List<Filter> longer = new ArrayList<>(chosen);
      longer.add(from.get(i));
      choose(from, more - 1, i + 1, longer, groups);
    }
  }
}
