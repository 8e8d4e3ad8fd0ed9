package io.weir.api.search;

import io.weir.api.filter.FilterReader;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import io.weir.api.position.ReadPosition;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.query.Filter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The properties of one search in JSON, as they come. */
final class SearchFields {

  static final String VECTOR = "vector";
  static final String KEY = "key";
  static final String K = "k";
  static final String OFFSET = "offset";
  static final String WITH_VECTOR = "withVector";
  static final String WITH_PAYLOAD = "withPayload";
  static final String CURSOR = "cursor";
  static final String AFTER = "after";

  private final FilterReader filters;
  private final SearchDefaults defaults;
  private float @Nullable [] vector;
  private @Nullable String key;
  private @Nullable Integer k;
  private @Nullable Integer offset;
  private @Nullable Boolean withVector;
  private @Nullable Boolean withPayload;
  private @Nullable Filter filter;
  private boolean cursor;
  private @Nullable String after;
  private SortedMap<Integer, Long> minPosition = new TreeMap<>();
  private SortedMap<Integer, Long> asOf = new TreeMap<>();

  /**
   * Nothing has come yet.
   *
   * @param filters reads filters
   * @param defaults what holds for what does not come
   */
  SearchFields(FilterReader filters, SearchDefaults defaults) {
    this.filters = filters;
    this.defaults = defaults;
  }

  /** What reads a search that is one of a batch. */
  Map<String, Property> ofASearch() {
    return Map.of(
        VECTOR,
        json -> vector = JsonRequest.vector(json),
        KEY,
        json -> key = JsonRequest.text(json),
        K,
        json -> k = JsonRequest.integer(json),
        OFFSET,
        json -> offset = JsonRequest.integer(json),
        WITH_VECTOR,
        json -> withVector = JsonRequest.flag(json),
        WITH_PAYLOAD,
        json -> withPayload = JsonRequest.flag(json),
        FilterReader.FILTER,
        json -> filter = filters.read(json));
  }

  /** What reads a search that is a body of its own. */
  Map<String, Property> ofABody() {
    Map<String, Property> known = new HashMap<>(ofASearch());
    known.put(CURSOR, json -> cursor = JsonRequest.flag(json));
    known.put(AFTER, json -> after = JsonRequest.text(json));
    known.put(ReadPosition.MIN_POSITION, json -> minPosition = JsonRequest.offsets(json));
    known.put(ReadPosition.AS_OF, json -> asOf = JsonRequest.offsets(json));
    return known;
  }

  /** The search. */
  SearchRequest search() {
    int wanted = k == null ? defaults.k() : k;
    int passedOver = offset == null ? defaults.offset() : offset;
    SearchRequest.checkRange(wanted, passedOver, ProblemType.INVALID_PROPERTY);
    return new SearchRequest(
        origin(),
        wanted,
        passedOver,
        withVector == null ? defaults.withVector() : withVector,
        withPayload == null ? defaults.withPayload() : withPayload,
        Optional.ofNullable(filter));
  }

  /** The body. */
  SearchCall call() {
    ReadPosition position = new ReadPosition(minPosition, asOf);
    if (after == null) {
      return new SearchCall(position, new SearchCall.Page.First(search(), cursor));
    }
    boolean alone =
        vector == null
            && key == null
            && offset == null
            && withVector == null
            && withPayload == null
            && filter == null
            && !cursor
            && position.equals(ReadPosition.NOW);
    if (!alone) {
      throw refused("after goes with k only: the search that began it has said the rest");
    }
    if (k != null) {
      SearchRequest.checkRange(k, 0, ProblemType.INVALID_PROPERTY);
    }
    return new SearchCall(position, new SearchCall.Page.Next(after, k == null ? 0 : k));
  }

  private Origin origin() {
    if (vector != null && key == null) {
      return new Origin.Given(vector);
    }
    if (vector == null && key != null) {
      return new Origin.Stored(key);
    }
    throw refused(
        (key == null ? "vector is missing" : "vector and key are both given")
            + "; give a vector, or the key of one that is stored");
  }

  private static ProblemException refused(String detail) {
    return Problem.of(ProblemType.INVALID_PROPERTY, detail).toException();
  }
}
