package io.weir.api.watch;

import io.weir.api.collection.Catalogue;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.StreamedAnswer;
import io.weir.api.position.ReadPosition;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Interest;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Answers events until the client goes, or is told why there are no more. */
public final class WatchRoute {

  /** Nothing between here and the client is to keep events, or to gather them. */
  private static final Map<String, String> HEADERS =
      Map.of("Cache-Control", "no-store", "X-Accel-Buffering", "no");

  private final Catalogue catalogue;
  private final WorkerPool reads;
  private final WatchHubs hubs;

  /**
   * Watches.
   *
   * @param reads where a watch begins
   */
  public WatchRoute(Catalogue catalogue, WorkerPool reads, WatchHubs hubs) {
    this.catalogue = catalogue;
    this.reads = reads;
    this.hubs = hubs;
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/watch", this::watch)
        .producing(MediaTypes.EVENT_STREAM);
  }

  private Mono<Answer> watch(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    if (!request.mediaType().equals(MediaTypes.JSON)) {
      throw request.unsupportedContentType(MediaTypes.JSON);
    }
    Optional<EventId> lastEvent =
        request.header(EventId.HEADER).filter(id -> !id.isEmpty()).map(EventId::parse);
    return request.body().flatMap(body -> reads.run(_ -> answer(collection, body, lastEvent)));
  }

  /** A client that comes back sends the same body: what its last event says counts. */
  private Answer answer(VectorCollection collection, byte[] body, Optional<EventId> lastEvent) {
    WatchRequest request = WatchRequest.read(collection, body);
    Interest interest = request.interest();
    Optional<EventId> since = lastEvent.or(() -> request.since().map(EventId::of));
    since.ifPresent(
        told -> ReadPosition.requirePartitions(collection, told.nextOffsets().keySet()));
    Watcher watcher = hubs.watch(collection, interest, since);
    return StreamedAnswer.live(MediaTypes.EVENT_STREAM, HEADERS, watcher.events(), watcher::leave);
  }
}
