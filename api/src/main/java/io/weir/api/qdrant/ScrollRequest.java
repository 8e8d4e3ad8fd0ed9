package io.weir.api.qdrant;

import io.weir.api.filter.FilterReader;
import io.weir.api.filter.PointFilterReader;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Filter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks for rows in the order of a scan.
 *
 * @param from the id of the first, if it is not the first of all
 * @param limit the most rows, 1 to {@link #MAX_LIMIT}
 * @param filter which rows
 * @param parts what of them
 */
record ScrollRequest(Optional<String> from, int limit, Optional<Filter> filter, PointParts parts) {

  /** The most rows of a page; it ends earlier where they are large. */
  static final int MAX_LIMIT = 10_000;

  private static final int DEFAULT_LIMIT = 10;

  /** Reads a body. */
  static ScrollRequest read(byte[] body, VectorCollection collection, KeyLookup keys) {
    Fields fields = new Fields();
    JsonRequest.read(body, fields.properties(collection, keys).known());
    if (fields.limit < 1 || fields.limit > MAX_LIMIT) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              "limit is " + fields.limit + "; allowed are 1 to " + MAX_LIMIT)
          .toException();
    }
    return new ScrollRequest(
        Optional.ofNullable(fields.from),
        fields.limit,
        Optional.ofNullable(fields.filter),
        new PointParts(fields.payload, fields.vector));
  }

  /** The properties, as they come. */
  private static final class Fields {
    private @Nullable String from;
    private int limit = DEFAULT_LIMIT;
    private @Nullable Filter filter;
    private PayloadSelection payload = new PayloadSelection.Whole();
    private boolean vector;

    PointProperties properties(VectorCollection collection, KeyLookup keys) {
      return new PointProperties()
          .take("offset", json -> from = keys.id(json, "offset"))
          .take("limit", json -> limit = JsonRequest.integer(json))
          .take(
              FilterReader.FILTER,
              json -> filter = new PointFilterReader(collection, keys).read(json))
          .take(PointParts.WITH_PAYLOAD, json -> payload = PayloadSelection.read(json))
          .take(PointParts.WITH_VECTOR, json -> vector = PointParts.vector(json))
          .refuse("order_by", "rows come in the order of their partitions and offsets")
          .refuse("shard_key", "collections have no shards that a client could choose");
    }
  }
}
