package io.weir.api.filter;

import io.weir.api.http.ProblemException;
import io.weir.api.json.JsonRequest;
import io.weir.storage.query.Filter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;

/** Reads the parts of one filter, and counts them. */
final class FilterNodes {

  private final FilterReader reader;
  private int count;

  FilterNodes(FilterReader reader) {
    this.reader = reader;
  }

  /** Reads the group that the parser stands on. */
  Filter group(JsonParser json, String place) {
    FilterPart group = next(place);
    JsonRequest.object(json, place, group.groupProperties());
    return checked(group.filter(), place);
  }

  /** Reads the group that a text is. */
  Filter group(byte[] text, String place) {
    FilterPart group = next(place);
    JsonRequest.read(text, group.groupProperties());
    return checked(group.filter(), place);
  }

  private Filter part(JsonParser json, String place) {
    FilterPart part = next(place);
    JsonRequest.object(json, place, part.properties());
    // Checked as a part of the whole, once, and not anew at every level above it.
    return part.filter();
  }

  private FilterPart next(String place) {
    if (++count > Filter.MAX_NODES) {
      throw tooMany();
    }
    return new FilterPart(reader, this, place);
  }

  /** Reads parts. */
  List<Filter> list(JsonParser json, String place) {
    List<Filter> parts = new ArrayList<>();
    JsonRequest.array(
        json,
        place,
        Filter.MAX_NODES,
        i -> element -> parts.add(part(element, place + "[" + i + "]")));
    return parts;
  }

  /** The problem of a filter that is too large. */
  static ProblemException tooMany() {
    return Refusal.of(
        FilterReader.FILTER,
        "has more than "
            + Filter.MAX_NODES
            + " groups and conditions, which is the limit; an object counts once for each of must,"
            + " should and mustNot that it has beside another, a mustNot and an exists that is false"
            + " twice");
  }

  /** Checks what the store would refuse, where it can be told by its place. */
  static Filter checked(Filter filter, String place) {
    int depth = depth(filter);
    if (depth > Filter.MAX_DEPTH) {
      throw Refusal.of(
          place,
          "has "
              + depth
              + " groups within each other; allowed are "
              + Filter.MAX_DEPTH
              + ", where several of must, should and mustNot in an object, and of parts in a mustNot,"
              + " are a group more");
    }
    if (nodes(filter) > Filter.MAX_NODES) {
      throw tooMany();
    }
    return filter;
  }

  /** How many groups are within each other, this one included. */
  private static int depth(Filter filter) {
    int deepest = 0;
    for (Filter part : parts(filter)) {
      deepest = Math.max(deepest, depth(part));
    }
    return isGroup(filter) ? deepest + 1 : 0;
  }

  /** How many groups and conditions there are, this one included. */
  private static int nodes(Filter filter) {
    int nodes = 1;
    for (Filter part : parts(filter)) {
      nodes += nodes(part);
    }
    return nodes;
  }

  private static boolean isGroup(Filter filter) {
    return filter instanceof Filter.All
        || filter instanceof Filter.Any
        || filter instanceof Filter.Not;
  }

  private static List<Filter> parts(Filter filter) {
    return switch (filter) {
      case Filter.All(List<Filter> filters) -> filters;
      case Filter.Any(List<Filter> filters) -> filters;
      case Filter.Not(Filter inner) -> List.of(inner);
      default -> List.of();
    };
  }
}
