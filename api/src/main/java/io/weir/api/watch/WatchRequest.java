package io.weir.api.watch;

import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Interest;
import io.weir.storage.record.Metric;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The properties of a watch, as they come. */
final class WatchRequest {

  private static final String VECTOR = "vector";
  private static final String THRESHOLD = "threshold";
  private static final String WITH_VECTOR = "withVector";
  private static final String WITH_PAYLOAD = "withPayload";
  private static final String SINCE = "since";

  private final VectorCollection collection;
  private final FilterReader filters;
  private float @Nullable [] vector;
  private @Nullable Float threshold;
  private @Nullable Filter filter;
  private boolean withVector;
  private boolean withPayload = true;
  private @Nullable SortedMap<Integer, Long> since;

  private WatchRequest(VectorCollection collection) {
    this.collection = collection;
    this.filters = new FilterReader(collection);
  }

  /**
   * Reads a body.
   *
   * @throws ProblemException if it cannot be read
   */
  static WatchRequest read(VectorCollection collection, byte[] body) {
    WatchRequest request = new WatchRequest(collection);
    JsonRequest.read(body, request.properties());
    return request;
  }

  private Map<String, Property> properties() {
    return Map.of(
        VECTOR,
        json -> vector = JsonRequest.vector(json),
        THRESHOLD,
        json -> threshold = JsonRequest.number(json),
        FilterReader.FILTER,
        json -> filter = filters.read(json),
        WITH_VECTOR,
        json -> withVector = JsonRequest.flag(json),
        WITH_PAYLOAD,
        json -> withPayload = JsonRequest.flag(json),
        SINCE,
        json -> since = JsonRequest.offsets(json));
  }

  /** The position that the body names. */
  Optional<SortedMap<Integer, Long>> since() {
    return Optional.ofNullable(since);
  }

  /**
   * What is watched for.
   *
   * @throws ProblemException if there is nothing, or something that does not fit the collection
   */
  Interest interest() {
    return interest(vector, threshold, filter).withVector(withVector).withPayload(withPayload);
  }

  private Interest interest(float @Nullable [] near, @Nullable Float limit, @Nullable Filter rows) {
    if (near == null) {
      if (limit != null) {
        throw refused("threshold goes with vector; vector is missing");
      }
      if (rows == null) {
        throw refused(
            "vector and filter are both missing; give a vector with a threshold, a filter, or both");
      }
      return Interest.of(rows, collection.fields());
    }
    if (limit == null) {
      throw refused(
          "threshold is missing; with a vector it says which scores count: "
              + (collection.schema().metric().higherIsNearer()
                  ? "those that are not below it"
                  : "those that are not above it"));
    }
    if (collection.schema().metric() == Metric.EUCLIDEAN && limit < 0) {
      throw refused("threshold is " + limit + "; no distance is below 0");
    }
    Catalogue.requireDimension(collection, near);
    Interest interest;
    try {
      interest = Interest.near(collection.schema(), near, limit);
    } catch (IllegalArgumentException refused) {
      throw Problem.of(ProblemType.INVALID_VECTOR, String.valueOf(refused.getMessage()))
          .toException();
    }
    return rows == null ? interest : interest.and(rows, collection.fields());
  }

  private static ProblemException refused(String detail) {
    return Problem.of(ProblemType.INVALID_PROPERTY, detail).toException();
  }
}
