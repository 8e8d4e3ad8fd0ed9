package io.weir.api.position;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.PositionUnavailableException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which records an answer is to have seen.
 *
 * @param minPosition next offsets, by partition, that are waited for
 * @param asOf next offsets, by partition, that the answer is as of; other partitions as they are
 */
public record ReadPosition(SortedMap<Integer, Long> minPosition, SortedMap<Integer, Long> asOf) {

  /** Name of the property, and of the query parameter, that is waited for. */
  public static final String MIN_POSITION = "minPosition";

  /** Name of the property, and of the query parameter, that is read as of. */
  public static final String AS_OF = "asOf";

  /** What there is, as it is. */
  public static final ReadPosition NOW = new ReadPosition(new TreeMap<>(), new TreeMap<>());

  /**
   * Reads it from the query: {@code minPosition=0:1200,1:1310}.
   *
   * @throws ProblemException if it cannot be read
   */
  public static ReadPosition of(Request request) {
    return new ReadPosition(offsets(request, MIN_POSITION), offsets(request, AS_OF));
  }

  private static SortedMap<Integer, Long> offsets(Request request, String name) {
    String text = request.text(name).orElse("");
    return PositionText.parse(text).orElseThrow(() -> refused(name, text));
  }

  private static ProblemException refused(String name, String text) {
    return Problem.of(
            ProblemType.INVALID_PARAMETER,
            "query parameter " + name + " is '" + text + "'; allowed are " + PositionText.FORM)
        .toException();
  }

  /**
   * Pins what the answer is as of; the caller closes it.
   *
   * @throws ProblemException if there is no such partition, or it cannot be read as of the position
   */
  public CollectionView view(VectorCollection collection) throws IOException {
    checkPartitions(collection);
    try {
      return collection.view(asOf);
    } catch (PositionUnavailableException unavailable) {
      throw problem(unavailable);
    } catch (IllegalArgumentException refused) {
      // A partition may have left this process since.
      checkPartitions(collection);
      throw refused;
    }
  }

  /**
   * Checks that the collection has the partitions that are read as of a position.
   *
   * @throws ProblemException if it does not have one of them
   */
  public void checkPartitions(VectorCollection collection) {
    requirePartitions(collection, asOf.keySet());
  }

  /**
   * Checks that a collection has some partitions.
   *
   * @throws ProblemException if it does not have one of them
   */
  public static void requirePartitions(VectorCollection collection, Set<Integer> partitions) {
    for (int partition : partitions) {
      if (collection.shards().stream().noneMatch(shard -> shard.partition() == partition)) {
        throw Problem.of(
                ProblemType.UNKNOWN_SHARD,
                "collection " + collection.name() + " has no partition " + partition + " here")
            .toException();
      }
    }
  }

  /** The problem of a position that is gone, or not reached yet. */
  public ProblemException problem(PositionUnavailableException unavailable) {
    int partition = unavailable.partition();
    String detail = String.valueOf(unavailable.getMessage());
    if (asOf.getOrDefault(partition, 0L) < unavailable.oldest()) {
      return Problem.of(ProblemType.POSITION_GONE, detail)
          .withOffsets("oldest", new TreeMap<>(Map.of(partition, unavailable.oldest())))
          .toException();
    }
    return Problem.of(
            ProblemType.POSITION_AHEAD,
            detail + "; give it as " + MIN_POSITION + " as well to wait for it")
        .withOffsets("newest", new TreeMap<>(Map.of(partition, unavailable.newest())))
        .toException();
  }
}
