package io.weir.api.qdrant;

import io.weir.api.collection.Catalogue;
import io.weir.api.collection.GetMeters;
import io.weir.api.http.Answer;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.observe.QueryNotes;
import io.weir.api.qdrant.PointReads.Call;
import io.weir.storage.CollectionView;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Answers points by their ids. */
final class RetrieveRoutes {

  /** The most ids that one request may bring. */
  private static final int MAX_IDS = 1_000;

  private static final String IDS = "ids";

  private final PointReads reads;
  private final GetMeters meters;

  RetrieveRoutes(PointReads reads, GetMeters meters) {
    this.reads = reads;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/collections/{collection}/points/{id}", this::one).with(PointReads.PARAMETERS),
        Route.post("/collections/{collection}/points", this::many).with(PointReads.PARAMETERS));
  }

  private Mono<Answer> one(Request request) {
    String id = reads.ids().ofText(request.pathValue("id"));
    return reads.get(request, QueryNotes.Kind.GET, (_, call) -> one(id, call));
  }

  private Answer one(String id, Call call) throws IOException {
    Optional<String> key = call.keys().key(id);
    try (CollectionView view = call.collection().view(Map.of())) {
      call.seen(view.position());
      long started = System.nanoTime();
      Optional<StoredRow> found = key.isPresent() ? view.get(key.get()) : Optional.empty();
      got(call, started, found.isPresent() ? 1 : 0, 1);
      StoredRow row = found.orElseThrow(() -> Catalogue.unknownKey(call.collection(), id));
      return call.answer(json -> call.point(json, row, PointParts.ALL));
    }
  }

  private Mono<Answer> many(Request request) {
    return reads.lookUp(
        request, QueryNotes.Kind.GET, (body, call) -> many(new Wanted(body, call.keys()), call));
  }

  /** Points come in the order of their ids in the request; one that is not there is left out. */
  private Answer many(Wanted wanted, Call call) throws IOException {
    call.notes().asksFor(wanted.ids.size(), 0, false);
    Map<String, String> keys = call.keys().keys(wanted.ids);
    try (CollectionView view = call.collection().view(Map.of())) {
      call.seen(view.position());
      return call.answer(json -> {
        long started = System.nanoTime();
        int found = 0;
        json.writeStartArray();
        for (String id : wanted.ids) {
          String key = keys.get(id);
          if (key != null && point(json, view, key, wanted.parts(), call)) {
            found++;
          }
        }
        json.writeEndArray();
        got(call, started, found, wanted.ids.size());
      });
    }
  }

  /** Writes row by row, so that no more than one and the document are in memory. */
  private static boolean point(
      JsonGenerator json, CollectionView view, String key, PointParts parts, Call call) {
    if (call.cancelled().getAsBoolean()) {
      throw new CancellationException("nobody waits for the rows");
    }
    Optional<StoredRow> row;
    try {
      row = view.get(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    row.ifPresent(there -> call.point(json, there, parts));
    return row.isPresent();
  }

  private void got(Call call, long startedNanos, int found, int wanted) {
    call.notes().scanned(Duration.ofNanos(System.nanoTime() - startedNanos), found);
    meters.got(call.collection().name(), found, wanted - found);
  }

  /** The properties of the body. */
  private static final class Wanted {
    private final Set<String> ids = new LinkedHashSet<>();
    private PayloadSelection payload = new PayloadSelection.Whole();
    private boolean vector;

    Wanted(byte[] body, KeyLookup keys) {
      JsonRequest.read(
          body,
          new PointProperties()
              .take(IDS, json -> ids.addAll(keys.list(json, IDS, MAX_IDS)))
              .take(PointParts.WITH_PAYLOAD, json -> payload = PayloadSelection.read(json))
              .take(PointParts.WITH_VECTOR, json -> vector = PointParts.vector(json))
              .refuse("shard_key", "collections have no shards that a client could choose")
              .known());
      if (ids.isEmpty()) {
        throw Problem.of(
                ProblemType.INVALID_PROPERTY,
                "ids is missing or empty; give 1 to " + MAX_IDS + " ids of points")
            .toException();
      }
    }

    PointParts parts() {
      return new PointParts(payload, vector);
    }
  }
}
