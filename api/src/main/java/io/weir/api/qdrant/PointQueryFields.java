package io.weir.api.qdrant;

import io.weir.api.filter.FilterReader;
import io.weir.api.filter.PointFilterReader;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** The properties of one query, or of one search as older clients send it, as they come. */
final class PointQueryFields {

  private static final int DEFAULT_LIMIT = 10;
  private static final String QUERY = "query";
  private static final String VECTOR = "vector";

  /** Forms of queries that there is no counterpart of. */
  private static final String[] NOT_SUPPORTED = {
    "recommend",
    "discover",
    "context",
    "order_by",
    "fusion",
    "rrf",
    "formula",
    "sample",
    "relevance_feedback",
    "indices",
    "values",
    "text",
    "image",
    "object",
    "model",
    "options"
  };

  private final VectorCollection collection;
  private final KeyLookup keys;
  private @Nullable Origin origin;
  private int limit = DEFAULT_LIMIT;
  private int offset;
  private @Nullable Float threshold;
  private @Nullable Filter filter;
  private PayloadSelection payload = new PayloadSelection.None();
  private boolean vector;

  PointQueryFields(PointReads.Call call) {
    this.collection = call.collection();
    this.keys = call.keys();
  }

  /** What reads a query. */
  PointProperties ofAQuery() {
    return common()
        .take(QUERY, this::query)
        .take("using", json -> PointParts.checkName(JsonRequest.text(json), "using"))
        .take("prefetch", PointQueryFields::prefetch)
        .refuse("lookup_from", "points are looked up in the collection that is searched");
  }

  /** What reads a search. */
  PointProperties ofASearch() {
    return common()
        .take(
            VECTOR,
            json -> {
              if (json.currentToken() == JsonToken.START_OBJECT) {
                throw PointProperties.unsupported(
                    VECTOR, "each row has one vector, which has no name; give an array of numbers");
              }
              origin = new Origin.Given(JsonRequest.vector(json));
            });
  }

  private PointProperties common() {
    return new PointProperties()
        .take("limit", json -> limit = JsonRequest.integer(json))
        .take("offset", json -> offset = JsonRequest.integer(json))
        .take("score_threshold", json -> threshold = number(json))
        .take(
            FilterReader.FILTER,
            json -> filter = new PointFilterReader(collection, keys).read(json))
        .take(PointParts.WITH_PAYLOAD, json -> payload = PayloadSelection.read(json))
        .take(PointParts.WITH_VECTOR, json -> vector = PointParts.vector(json))
        // Every search is exact.
        .ignore("params")
        .refuse("shard_key", "collections have no shards that a client could choose");
  }

  private static float number(JsonParser json) {
    if (!json.currentToken().isNumeric() || !Float.isFinite(json.getFloatValue())) {
      throw JsonRequest.wrongKind(json, json.currentName(), "a finite number");
    }
    return json.getFloatValue();
  }

  private static void prefetch(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY || json.nextToken() != JsonToken.END_ARRAY) {
      throw PointProperties.unsupported("prefetch", "a query is one search");
    }
  }

  /** A vector, the id of a point, or an object that has one of both as what is to be near. */
  private void query(JsonParser json) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      origin = near(json, QUERY);
      return;
    }
    PointProperties forms =
        new PointProperties()
            .take("nearest", value -> origin = near(value, "nearest"))
            .refuse("mmr", "hits come by their score alone");
    for (String other : NOT_SUPPORTED) {
      forms.refuse(other, "a query is a vector, the id of a point, or {\"nearest\": ...} of these");
    }
    JsonRequest.object(json, QUERY, forms.known());
    if (origin == null) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              "query is an object without nearest; give a vector, the id of a point, or"
                  + " {\"nearest\": ...} of these")
          .toException();
    }
  }

  private Origin near(JsonParser json, String what) {
    return switch (json.currentToken()) {
      case START_ARRAY -> new Origin.Given(JsonRequest.vector(json));
      case START_OBJECT ->
          throw PointProperties.unsupported(
              what + " as an object", "give a vector as an array of numbers, or the id of a point");
      default -> new Origin.Stored(key(keys.id(json, what)));
    };
  }

  private String key(String id) {
    return keys.key(id)
        .orElseThrow(() ->
            Problem.of(
                    ProblemType.UNKNOWN_KEY,
                    "collection " + collection.name() + " has no point '" + id + "'")
                .toException());
  }

  /**
   * The query.
   *
   * @throws ProblemException if a number is out of its range
   */
  PointQuery query() {
    if (limit < 1 || limit > KnnQuery.MAX_K) {
      throw outOfRange("limit is " + limit + "; allowed are 1 to " + KnnQuery.MAX_K);
    }
    if (offset < 0 || offset > KnnQuery.MAX_K - limit) {
      throw outOfRange(
          "offset is "
              + offset
              + "; it must not be negative, and limit and offset together at most "
              + KnnQuery.MAX_K);
    }
    return new PointQuery(
        Optional.ofNullable(origin),
        limit,
        offset,
        Optional.ofNullable(threshold),
        Optional.ofNullable(filter),
        new PointParts(payload, vector));
  }

  /** The search, which has a vector. */
  PointQuery search() {
    if (origin == null) {
      throw Problem.of(ProblemType.INVALID_PROPERTY, "vector is missing").toException();
    }
    return query();
  }

  private static ProblemException outOfRange(String detail) {
    return Problem.of(ProblemType.INVALID_PROPERTY, detail).toException();
  }
}
