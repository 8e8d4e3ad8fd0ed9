package io.weir.api.search;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.storage.query.Filter;
import io.weir.storage.query.KnnQuery;
import java.util.Optional;

/**
 * What a client asks for, checked as far as it can be without the collection.
 *
 * @param origin what hits are to be near to
 * @param k how many hits, 1 to {@link KnnQuery#MAX_K}
 * @param offset how many of the nearest are passed over
 * @param withVector whether hits carry their vectors
 * @param withPayload whether hits carry their payloads
 * @param filter which rows count, if not all
 */
public record SearchRequest(
    Origin origin,
    int k,
    int offset,
    boolean withVector,
    boolean withPayload,
    Optional<Filter> filter) {

  /** What hits are to be near to. */
  public sealed interface Origin {

    /** A vector that came with the request. Not a record: arrays have no value equality. */
    final class Given implements Origin {
      private final float[] vector;

      /** Borrows the vector. */
      public Given(float[] vector) {
        this.vector = vector;
      }

      float[] vector() {
        return vector;
      }
    }

    /** The vector under a key of the collection, which is then among the hits itself. */
    record Stored(String key) implements Origin {}
  }

  /**
   * Checks how many hits are wanted.
   *
   * @param type of the problem, if it is too many or too few
   */
  static void checkRange(int k, int offset, ProblemType type) {
    if (k < 1 || k > KnnQuery.MAX_K) {
      throw Problem.of(type, "k is " + k + "; allowed are 1 to " + KnnQuery.MAX_K).toException();
    }
    if (offset < 0 || offset > KnnQuery.MAX_K - k) {
      throw Problem.of(
              type,
              "offset is "
                  + offset
                  + "; it must not be negative, and k and offset together at most "
                  + KnnQuery.MAX_K
                  + "; a cursor goes further")
          .toException();
    }
  }
}
