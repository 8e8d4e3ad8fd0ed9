package io.weir.api.search;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.json.JsonRequest;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.query.KnnQuery;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a search from a body of either kind: JSON, or the bare vector as little-endian float32 with
 * everything else in the query.
 */
final class SearchRequestReader {

  static final String K = "k";
  static final String WITH_VECTOR = "withVector";
  static final String WITH_PAYLOAD = "withPayload";

  private static final String FLOAT32 = "application/octet-stream";

  private SearchRequestReader() {}

  /**
   * Returns what will read the body; checks what is known without it.
   *
   * @throws ProblemException if the body's type or the query is not allowed
   */
  static Function<byte[], SearchRequest> of(Request request) {
    return switch (request.mediaType()) {
      case Request.JSON -> {
        if (request.hasParameters()) {
          throw Problem.of(
                  ProblemType.INVALID_PARAMETER,
                  "query parameters belong to " + FLOAT32 + " bodies; put them into the JSON body")
              .toException();
        }
        yield new JsonFields()::read;
      }
      case FLOAT32 -> {
        int k = request.integer(K, SearchRequest.DEFAULT_K);
        checkK(k, ProblemType.INVALID_PARAMETER);
        boolean withVector = request.flag(WITH_VECTOR, false);
        boolean withPayload = request.flag(WITH_PAYLOAD, true);
        yield body ->
            new SearchRequest(new Origin.Given(float32(body)), k, withVector, withPayload);
      }
      default -> throw request.unsupportedContentType(Request.JSON, FLOAT32);
    };
  }

  private static float[] float32(byte[] body) {
    if (body.length % Float.BYTES != 0) {
      throw Problem.of(
              ProblemType.WRONG_DIMENSION,
              "the body has "
                  + body.length
                  + " bytes, which is not a whole number of float32 components")
          .toException();
    }
    float[] vector = new float[body.length / Float.BYTES];
    ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw Problem.of(
                ProblemType.INVALID_VECTOR,
                "component " + i + " is " + vector[i] + "; allowed are finite float32 numbers")
            .toException();
      }
    }
    return vector;
  }

  private static void checkK(int k, ProblemType type) {
    if (k < 1 || k > KnnQuery.MAX_K) {
      throw Problem.of(type, "k is " + k + "; allowed are 1 to " + KnnQuery.MAX_K).toException();
    }
  }

  /** The properties of one JSON body, as they come. */
  private static final class JsonFields {
    private float @Nullable [] vector;
    private @Nullable String key;
    private int k = SearchRequest.DEFAULT_K;
    private boolean withVector;
    private boolean withPayload = true;

    SearchRequest read(byte[] body) {
      JsonRequest.read(
          body,
          Map.of(
              "vector",
              json -> vector = JsonRequest.vector(json),
              "key",
              json -> key = JsonRequest.text(json),
              K,
              json -> k = JsonRequest.integer(json),
              WITH_VECTOR,
              json -> withVector = JsonRequest.flag(json),
              WITH_PAYLOAD,
              json -> withPayload = JsonRequest.flag(json)));
      checkK(k, ProblemType.INVALID_PROPERTY);
      return new SearchRequest(origin(), k, withVector, withPayload);
    }

    private Origin origin() {
      if (vector != null && key == null) {
        return new Origin.Given(vector);
      }
      if (vector == null && key != null) {
        return new Origin.Stored(key);
      }
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              (key == null ? "vector is missing" : "vector and key are both given")
                  + "; give a vector, or the key of one that is stored")
          .toException();
    }
  }
}
