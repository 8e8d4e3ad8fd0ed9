package io.weir.api.qdrant;

import io.weir.api.FeedStatus;
import io.weir.api.http.Answer;
import io.weir.api.http.PathFamily;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Qdrant's paths: what fails there, and what only Qdrant would do. */
final class QdrantPaths implements PathFamily {

  private static final Set<String> FIRST =
      Set.of("collections", "aliases", "snapshots", "cluster", "telemetry");

  /** What is written to below a collection. */
  private static final Set<String> WRITTEN =
      Set.of("index", "snapshots", "cluster", "shards", "vectors");

  /** What is written to below the points of a collection. */
  private static final Set<String> WRITTEN_POINTS = Set.of("delete", "payload", "vectors", "batch");

  /** A segment behind those of a collection's points: an id, or what is to be done. */
  private static final int POINTS_AND_WHAT = 4;

  private static final String READS =
      "Weir serves Qdrant's reads: collections, points by id, query, query/batch, search, search/batch,"
          + " scroll and count";

  private final FeedStatus feeds;

  QdrantPaths(FeedStatus feeds) {
    this.feeds = feeds;
  }

  @Override
  public boolean has(List<String> path) {
    return FIRST.contains(path.getFirst());
  }

  @Override
  public Problem unserved(String method, List<String> path, String allowed) {
    if (isWrite(method, path)) {
      return Problem.of(ProblemType.METHOD_NOT_ALLOWED, readOnly(path))
          .withHeader("Allow", allowed);
    }
    boolean otherRead = method.equals("POST") && path.size() >= POINTS_AND_WHAT;
    if (!allowed.isEmpty() && !otherRead) {
      return Problem.of(
              ProblemType.METHOD_NOT_ALLOWED,
              method + " is not served under this path; allowed are " + allowed)
          .withHeader("Allow", allowed);
    }
    return Problem.of(
        ProblemType.UNKNOWN_ROUTE, "/" + String.join("/", path) + " is not served here; " + READS);
  }

  private static boolean isWrite(String method, List<String> path) {
    return switch (method) {
      case "PUT", "PATCH", "DELETE" -> true;
      case "POST" -> isWritten(path);
      default -> false;
    };
  }

  /** Whether what is posted there would change something. */
  private static boolean isWritten(List<String> path) {
    return switch (path.size()) {
      case 1 -> !path.getFirst().equals("collections");
      case 2 -> path.get(1).equals("aliases") || !path.getFirst().equals("collections");
      default ->
          WRITTEN.contains(path.get(2))
              || (path.size() >= POINTS_AND_WHAT
                  && path.get(2).equals("points")
                  && WRITTEN_POINTS.contains(path.get(POINTS_AND_WHAT - 1)));
    };
  }

  /** Says where records go instead. */
  private String readOnly(List<String> path) {
    boolean rows = path.size() >= 3 && path.get(2).equals("points");
    Optional<String> topic =
        path.size() >= 2 && path.getFirst().equals("collections")
            ? feeds.topic(path.get(1))
            : Optional.empty();
    String reads = "Weir takes no writes over HTTP; ";
    if (topic.isPresent()) {
      return reads
          + "collection '"
          + path.get(1)
          + "' is fed by Kafka: produce to topic '"
          + topic.get()
          + "'"
          + (rows
              ? ", with the point's id as the record's key; a record without a value deletes"
              : ". Collections and their fields are declared in Weir's settings");
    }
    return reads
        + "a collection and the Kafka topic to produce its records to are declared in Weir's settings";
  }

  @Override
  public Answer answer(Problem problem) {
    return Envelope.error(problem);
  }
}
