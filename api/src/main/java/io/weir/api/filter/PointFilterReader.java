package io.weir.api.filter;

import io.weir.api.http.ProblemException;
import io.weir.api.json.JsonRequest;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads filters as clients of Qdrant write them, where points are rows and their ids are keys.
 *
 * <pre>
 * filter    = {"must": parts, "should": parts, "must_not": parts,
 *              "min_should": {"conditions": parts, "min_count": number}}
 * parts     = part | [part, ...]
 * part      = filter | condition
 * condition = {"key": field, "match": {"value": value} | {"any": values} | {"except": values}}
 *           | {"key": field, "range": {"gt", "gte", "lt", "lte": number or moment}}
 *           | {"key": field, "values_count": {"gt", "gte", "lt", "lte": number}}
 *           | {"is_empty": {"key": field}} | {"has_id": [id, ...]}
 * </pre>
 *
 * <p>A filter lets through what it does there, as far as values are of the types that the
 * collection declares for its fields; what cannot be told exactly here is a {@link
 * ProblemException} that names it. A property that is null is as good as absent.
 *
 * <p><b>Threads:</b> any.
 */
public final class PointFilterReader {

  private static final String CONDITIONS = "conditions";
  private static final String MIN_COUNT = "min_count";

  private final FilterReader fields;
  private final Ids ids;

  /**
   * Reads filters that may name the fields that a collection declares now.
   *
   * @param ids finds the keys of points
   */
  public PointFilterReader(VectorCollection collection, Ids ids) {
    this.fields = new FilterReader(collection);
    this.ids = ids;
  }

  /** Finds rows by the ids that they have as points. */
  @FunctionalInterface
  public interface Ids {

    /**
     * Reads the array of ids that the parser stands on; returns the keys of those that have a row,
     * and perhaps of others.
     *
     * @param most how many ids there may be
     */
    List<String> keys(JsonParser json, String place, int most);
  }

  FilterReader fields() {
    return fields;
  }

  /** Reads the filter that the parser stands on. */
  public Filter read(JsonParser json) {
    return part(json, FilterReader.FILTER, true);
  }

  private Filter part(JsonParser json, String place, boolean isGroup) {
    PointFilterPart part = new PointFilterPart(this, place);
    JsonRequest.object(
        json,
        place,
        JsonRequest.withoutNulls(isGroup ? part.groupProperties() : part.properties()));
    return FilterNodes.checked(part.filter(), place);
  }

  /** Reads one part, or an array of parts. */
  List<Filter> parts(JsonParser json, String place) {
    if (json.currentToken() == JsonToken.START_OBJECT) {
      return List.of(part(json, place, false));
    }
    List<Filter> parts = new ArrayList<>();
    JsonRequest.array(
        json,
        place,
        Filter.MAX_NODES,
        i -> element -> parts.add(part(element, place + "[" + i + "]", false)));
    return parts;
  }

  /** Reads the keys of points. */
  List<String> keys(JsonParser json, String place) {
    return ids.keys(json, place, FilterReader.MAX_VALUES);
  }

  /** Reads so many conditions of which at least some have to be met. */
  Filter minShould(JsonParser json, String place) {
    List<Filter> conditions = new ArrayList<>();
    int[] count = {-1};
    JsonRequest.object(
        json,
        place,
        Map.of(
            CONDITIONS,
            value -> conditions.addAll(parts(value, place + "." + CONDITIONS)),
            MIN_COUNT,
            value -> count[0] = JsonRequest.integer(value, place + "." + MIN_COUNT)));
    if (count[0] < 0) {
      throw Refusal.of(place + "." + MIN_COUNT, "is missing or negative; give a number from 0 on");
    }
    return Combinations.atLeast(count[0], conditions, place);
  }

  /** Reads the name of a field that stands in an object of its own: {@code {"key": "lang"}}. */
  static String key(JsonParser json, String place) {
    String[] key = {""};
    JsonRequest.object(
        json,
        place,
        Map.of(
            PointFilterPart.KEY,
            value -> key[0] = JsonRequest.text(value, place + "." + PointFilterPart.KEY)));
    return key[0];
  }

  /** Numbers of values, as a range of them: from {@code least} on, to {@code most} at most. */
  record Counts(long least, long most) {

    /** Reads the object that the parser stands on. */
    static Counts read(JsonParser json, String place) {
      Map<String, Integer> ends = new HashMap<>();
      Map<String, JsonRequest.Property> known = new HashMap<>();
      for (String name : Bounds.NAMES) {
        known.put(name, value -> ends.put(name, JsonRequest.integer(value, place + "." + name)));
      }
      JsonRequest.object(json, place, JsonRequest.withoutNulls(known));
      if (ends.isEmpty()) {
        throw Refusal.of(place, "is empty; give gt, gte, lt or lte");
      }
      long least = Math.max(end(ends.get("gt"), 1, 0), end(ends.get("gte"), 0, 0));
      long most =
          Math.min(
              end(ends.get("lt"), -1, Long.MAX_VALUE), end(ends.get("lte"), 0, Long.MAX_VALUE));
      return new Counts(least, most);
    }

    private static long end(@Nullable Integer given, int more, long absent) {
      return given == null ? absent : (long) given + more;
    }
  }
}
