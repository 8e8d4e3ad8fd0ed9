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
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    String text = request.text(name).orElse("");
    if (text.isEmpty()) {
      return offsets;
    }
    for (String pair : text.split(",", -1)) {
      int colon = pair.indexOf(':');
      try {
        int partition = Integer.parseInt(pair.substring(0, Math.max(colon, 0)));
        long offset = Long.parseLong(pair.substring(colon + 1));
        if (partition < 0 || offset < 0 || offsets.putIfAbsent(partition, offset) != null) {
          throw refused(name, text);
        }
      } catch (NumberFormatException e) {
        throw refused(name, text);
      }
    }
    return offsets;
  }

  private static ProblemException refused(String name, String text) {
    return Problem.of(
            ProblemType.INVALID_PARAMETER,
            "query parameter "
                + name
                + " is '"
                + text
                + "'; allowed are partitions, each once, with their next offsets, as in"
                + " 0:1200,1:1310")
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
    for (int partition : asOf.keySet()) {
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
