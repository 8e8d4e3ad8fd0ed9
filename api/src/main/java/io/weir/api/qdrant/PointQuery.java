package io.weir.api.qdrant;

import io.weir.api.search.SearchRequest;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.query.Filter;
import io.weir.storage.query.Hit;
import io.weir.storage.record.Metric;
import java.util.List;
import java.util.Optional;

/**
 * Asks for points: the nearest of a vector or of a point, or, without either, any.
 *
 * @param origin what they are to be near to, if to anything
 * @param limit how many, 1 to {@link io.weir.storage.query.KnnQuery#MAX_K} together with {@code
 *     offset}
 * @param offset how many are passed over
 * @param threshold only scores that are better than this one
 * @param filter which rows count, if not all
 * @param parts what of the points
 */
record PointQuery(
    Optional<Origin> origin,
    int limit,
    int offset,
    Optional<Float> threshold,
    Optional<Filter> filter,
    PointParts parts) {

  /** What is near to a point is so beside the point itself. */
  Optional<Filter> filterBesideItself() {
    if (origin.isPresent() && origin.get() instanceof Origin.Stored(String key)) {
      Filter others = new Filter.Not(new Filter.Keys(List.of(key)));
      return Optional.of(
          filter.<Filter>map(some -> new Filter.All(List.of(some, others))).orElse(others));
    }
    return filter;
  }

  /** The search for what is near. */
  SearchRequest search(Origin nearTo) {
    return new SearchRequest(
        nearTo, limit, offset, parts.vector(), parts.payload().isWanted(), filterBesideItself());
  }

  /** Of the hits of the search, nearest first, those that are wanted. */
  List<Hit> wanted(List<Hit> hits, Metric metric) {
    return hits.stream().skip(offset).filter(hit -> isBetter(hit.score(), metric)).toList();
  }

  private boolean isBetter(float score, Metric metric) {
    return threshold
        .map(least -> metric.higherIsNearer() ? score > least : score < least)
        .orElse(true);
  }
}
