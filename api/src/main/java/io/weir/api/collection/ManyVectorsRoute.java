package io.weir.api.collection;

import io.weir.api.FeedStatus;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.json.StoreJson;
import io.weir.api.observe.QueryNotes;
import io.weir.api.position.PositionWait;
import io.weir.api.position.ReadPosition;
import io.weir.api.position.SeenPosition;
import io.weir.api.work.WorkerPool;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Answers what is stored under many keys, all from one view. */
public final class ManyVectorsRoute {

  /** The most keys that one request may bring. */
  static final int MAX_KEYS = 1_000;

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool reads;
  private final PositionWait wait;
  private final GetMeters meters;

  /** Reads on this pool. */
  public ManyVectorsRoute(
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool reads,
      PositionWait wait,
      GetMeters meters) {
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.reads = reads;
    this.wait = wait;
    this.meters = meters;
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/vectors/get", this::get);
  }

  private Mono<Answer> get(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    if (!request.mediaType().equals(MediaTypes.JSON)) {
      throw request.unsupportedContentType(MediaTypes.JSON);
    }
    QueryNotes notes = request.query(QueryNotes.Kind.GET, collection.name());
    return request
        .body()
        .flatMap(body ->
            wait.run(
                reads,
                collection,
                notes,
                _ -> {
                  Wanted wanted = new Wanted(body);
                  return new PositionWait.Parsed(
                      wanted.position(), cancelled -> answer(collection, wanted, notes, cancelled));
                }));
  }

  private Answer answer(
      VectorCollection collection, Wanted wanted, QueryNotes notes, BooleanSupplier cancelled)
      throws IOException {
    notes.asksFor(wanted.keys.size(), 0, false);
    try (CollectionView view = wanted.position().view(collection)) {
      SeenPosition seen = SeenPosition.of(collection.name(), view.position(), feeds);
      notes.seen(seen.nextOffsets());
      return Answer.json(json -> {
        json.writeStartObject();
        long started = System.nanoTime();
        List<String> missing = found(json, view, wanted, cancelled);
        int rows = wanted.keys.size() - missing.size();
        notes.scanned(Duration.ofNanos(System.nanoTime() - started), rows);
        meters.got(collection.name(), rows, missing.size());
        json.writeArrayPropertyStart("missing");
        missing.forEach(json::writeString);
        json.writeEndArray();
        seen.write(json);
        json.writeEndObject();
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Writes row by row, so that no more than one and the document are in memory. */
  private static List<String> found(
      JsonGenerator json, CollectionView view, Wanted wanted, BooleanSupplier cancelled) {
    List<String> missing = new ArrayList<>();
    json.writeArrayPropertyStart("found");
    for (String key : wanted.keys) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("nobody waits for the rows");
      }
      Optional<StoredRow> row = row(view, key);
      if (row.isPresent()) {
        StoreJson.object(json, row.get(), wanted.withVector, wanted.withPayload);
      } else {
        missing.add(key);
      }
    }
    json.writeEndArray();
    return missing;
  }

  private static Optional<StoredRow> row(CollectionView view, String key) {
    try {
      return view.get(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The properties of the body. */
  private static final class Wanted {
    private final Set<String> keys = new LinkedHashSet<>();
    private boolean withVector = true;
    private boolean withPayload = true;
    private SortedMap<Integer, Long> minPosition = new TreeMap<>();
    private SortedMap<Integer, Long> asOf = new TreeMap<>();

    Wanted(byte[] body) {
      JsonRequest.read(
          body,
          Map.of(
              "keys",
              json ->
                  JsonRequest.array(
                      json,
                      MAX_KEYS,
                      i -> element -> keys.add(JsonRequest.text(element, "keys[" + i + "]"))),
              "withVector",
              json -> withVector = JsonRequest.flag(json),
              "withPayload",
              json -> withPayload = JsonRequest.flag(json),
              ReadPosition.MIN_POSITION,
              json -> minPosition = JsonRequest.offsets(json),
              ReadPosition.AS_OF,
              json -> asOf = JsonRequest.offsets(json)));
      if (keys.isEmpty()) {
        throw Problem.of(
                ProblemType.INVALID_PROPERTY,
                "keys is missing or empty; give 1 to " + MAX_KEYS + " keys")
            .toException();
      }
    }

    ReadPosition position() {
      return new ReadPosition(minPosition, asOf);
    }
  }
}
