package io.weir.api.collection;

import io.weir.api.FeedStatus;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.WholeAnswer;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Answers what is stored under a key: the row as JSON, or its vector as float32. */
public final class VectorRoute {

  private static final String WITH_VECTOR = "withVector";

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool reads;
  private final PositionWait wait;
  private final GetMeters meters;

  /** Reads on this pool. */
  public VectorRoute(
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
    return Route.get("/v1/collections/{collection}/vectors/{key}", this::get)
        .with(WITH_VECTOR, ReadPosition.MIN_POSITION, ReadPosition.AS_OF)
        .producing(MediaTypes.JSON, MediaTypes.FLOAT32);
  }

  private Mono<Answer> get(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    String key = request.pathValue("key");
    boolean withVector = request.flag(WITH_VECTOR, true);
    boolean bare = request.answerType().equals(MediaTypes.FLOAT32);
    ReadPosition position = ReadPosition.of(request);
    QueryNotes notes = request.query(QueryNotes.Kind.GET, collection.name());
    PositionWait.Parsed parsed =
        new PositionWait.Parsed(
            position, _ -> answer(collection, key, position, notes, withVector, bare));
    return wait.run(reads, collection, notes, _ -> parsed);
  }

  private Answer answer(
      VectorCollection collection,
      String key,
      ReadPosition position,
      QueryNotes notes,
      boolean withVector,
      boolean bare)
      throws IOException {
    try (CollectionView view = position.view(collection)) {
      SeenPosition seen = SeenPosition.of(collection.name(), view.position(), feeds);
      notes.seen(seen.nextOffsets());
      long started = System.nanoTime();
      Optional<StoredRow> found = view.get(key);
      int rows = found.isPresent() ? 1 : 0;
      notes.scanned(Duration.ofNanos(System.nanoTime() - started), rows);
      meters.got(collection.name(), rows, 1 - rows);
      StoredRow row = found.orElseThrow(() -> Catalogue.unknownKey(collection, key));
      if (bare) {
        return new WholeAnswer(200, MediaTypes.FLOAT32, float32(row.vector()), seen.headers());
      }
      return Answer.json(json -> {
        json.writeStartObject();
        json.writeStringProperty("key", row.key());
        StoreJson.row(json, row, withVector, true);
        seen.write(json);
        json.writeEndObject();
      });
    }
  }

  private static byte[] float32(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
