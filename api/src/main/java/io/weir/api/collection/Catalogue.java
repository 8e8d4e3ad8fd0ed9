package io.weir.api.collection;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import java.util.stream.Collectors;

/** The store's collections, by the names that clients give. */
public final class Catalogue {

  private static final int NAMED_IN_A_MESSAGE = 20;

  private final VectorStore store;

  /** Looks into this store. */
  public Catalogue(VectorStore store) {
    this.store = store;
  }

  /**
   * Returns the collection of that name. Does not wait.
   *
   * @throws ProblemException if there is none
   */
  public VectorCollection collection(String name) {
    return store.collection(name).orElseThrow(() -> unknown(name));
  }

  private ProblemException unknown(String name) {
    String known =
        store.collections().stream()
            .map(VectorCollection::name)
            .limit(NAMED_IN_A_MESSAGE)
            .collect(Collectors.joining(", "));
    return Problem.of(
            ProblemType.UNKNOWN_COLLECTION,
            "there is no collection '"
                + name
                + "'; "
                + (known.isEmpty() ? "there is none at all" : "there are " + known))
        .toException();
  }

  /**
   * Checks that a vector has as many components as those of a collection.
   *
   * @throws ProblemException if it has more or fewer
   */
  public static void requireDimension(VectorCollection collection, float[] vector) {
    int dimension = collection.schema().dimension();
    if (vector.length != dimension) {
      throw Problem.of(
              ProblemType.WRONG_DIMENSION,
              "the vector has "
                  + vector.length
                  + " components; collection "
                  + collection.name()
                  + " has "
                  + dimension)
          .toException();
    }
  }

  /** The problem of a key that a collection has no live row under. */
  public static ProblemException unknownKey(VectorCollection collection, String key) {
    return Problem.of(
            ProblemType.UNKNOWN_KEY,
            "collection " + collection.name() + " has no vector under the key '" + key + "'")
        .toException();
  }
}
