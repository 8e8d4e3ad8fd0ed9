package io.weir.api.status;

import io.weir.api.FeedControl;
import io.weir.api.FeedControl.Outcome;
import io.weir.api.FeedControl.Way;
import io.weir.api.access.Role;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.work.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonParser;

/** Has a partition that has stopped go on, in the way that the operator's body says. */
public final class ResumeRoute {

  private static final String WAYS =
      "acceptGap (with nextOffset where the log's beginning is not meant), acceptPartitions,"
          + " rebuild";

  private final FeedControl feeds;
  private final WorkerPool reads;

  /** Waits for the brokers on this pool. */
  public ResumeRoute(FeedControl feeds, WorkerPool reads) {
    this.feeds = feeds;
    this.reads = reads;
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/shards/{partition}/resume", this::resume)
        .needing(Role.ADMIN);
  }

  private Mono<Answer> resume(Request request) {
    String collection = request.pathValue("collection");
    int partition = partition(request.pathValue("partition"));
    return request
        .body()
        .flatMap(body -> reads.run(_ -> answer(collection, partition, way(request, body))));
  }

  private static int partition(String text) {
    try {
      int partition = Integer.parseInt(text);
      if (partition >= 0) {
        return partition;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is allowed.
    }
    throw Problem.of(
            ProblemType.INVALID_PARAMETER,
            "partition '" + text + "' in the path is no number of a partition: 0, 1, 2, ...")
        .toException();
  }

  private static Way way(Request request, byte[] body) {
    if (body.length == 0) {
      return new Way.Retry();
    }
    if (!request.mediaType().equals(MediaTypes.JSON)) {
      throw request.unsupportedContentType(MediaTypes.JSON);
    }
    WayReader reader = new WayReader();
    JsonRequest.read(
        body,
        Map.of(
            "acceptGap", json -> reader.acceptGap = JsonRequest.flag(json),
            "nextOffset", json -> reader.nextOffset = offset(json),
            "acceptPartitions", json -> reader.acceptPartitions = JsonRequest.flag(json),
            "rebuild", json -> reader.rebuild = JsonRequest.flag(json)));
    return reader.way();
  }

  private static OptionalLong offset(JsonParser json) {
    return OptionalLong.of(JsonRequest.wholeNumber(json));
  }

  /** Properties as they come. */
  private static final class WayReader {
    private boolean acceptGap;
    private OptionalLong nextOffset = OptionalLong.empty();
    private boolean acceptPartitions;
    private boolean rebuild;

    Way way() {
      List<Way> ways = new ArrayList<>();
      if (acceptGap) {
        ways.add(new Way.AcceptGap(nextOffset));
      }
      if (acceptPartitions) {
        ways.add(new Way.AcceptPartitions());
      }
      if (rebuild) {
        ways.add(new Way.Rebuild());
      }
      if (ways.size() > 1) {
        throw refused("more than one way to go on is given; choose one of " + WAYS);
      }
      if (nextOffset.isPresent() && !acceptGap) {
        throw refused("nextOffset goes with acceptGap only");
      }
      return ways.isEmpty() ? new Way.Retry() : ways.getFirst();
    }

    private static ProblemException refused(String detail) {
      return Problem.of(ProblemType.INVALID_PROPERTY, detail).toException();
    }
  }

  private Answer answer(String collection, int partition, Way way) {
    return switch (feeds.resume(collection, partition, way)) {
      case Outcome.Resumed(String detail) ->
          Answer.json(json -> {
            json.writeStartObject();
            json.writeStringProperty("status", "resumed");
            json.writeStringProperty("detail", detail);
            json.writeEndObject();
          });
      case Outcome.Unknown() ->
          throw Problem.of(
                  ProblemType.UNKNOWN_SHARD,
                  "partition " + partition + " of collection " + collection + " is not fed here")
              .toException();
      case Outcome.Refused(String reason) ->
          throw Problem.of(ProblemType.CANNOT_RESUME, reason).toException();
    };
  }
}
