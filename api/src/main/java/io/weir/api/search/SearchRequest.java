package io.weir.api.search;

/**
 * What a client asks for, checked as far as it can be without the collection.
 *
 * @param origin what hits are to be near to
 * @param k how many hits, 1 to {@link io.weir.storage.query.KnnQuery#MAX_K}
 * @param withVector whether hits carry their vectors
 * @param withPayload whether hits carry their payloads
 */
record SearchRequest(Origin origin, int k, boolean withVector, boolean withPayload) {

  static final int DEFAULT_K = 10;

  /** What hits are to be near to. */
  sealed interface Origin {

    /** A vector that came with the request. Not a record: arrays have no value equality. */
    final class Given implements Origin {
      private final float[] vector;

      Given(float[] vector) {
        this.vector = vector;
      }

      float[] vector() {
        return vector;
      }
    }

    /** The vector under a key of the collection, which is then among the hits itself. */
    record Stored(String key) implements Origin {}
  }
}
