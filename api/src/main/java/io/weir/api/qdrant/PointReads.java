package io.weir.api.qdrant;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.ProblemException;
import io.weir.api.http.Request;
import io.weir.api.observe.QueryNotes;
import io.weir.api.position.PositionWait;
import io.weir.api.position.ReadPosition;
import io.weir.api.position.SeenPosition;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.StoredRow;
import io.weir.storage.record.SourcePosition;
import java.io.UncheckedIOException;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/**
 * The way that all reads of points have in common: collection and content type are checked, the
 * body is read, and the rest happens on a pool.
 */
final class PointReads {

  /**
   * What clients append to each request. There is one replica, and the deadline is the server's.
   */
  static final String[] PARAMETERS = {"consistency", "timeout"};

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool lookups;
  private final WorkerPool scans;
  private final PositionWait wait;
  private final PointIds ids;

  /**
   * Reads points.
   *
   * @param lookups where a few rows are read
   * @param scans where many rows are looked at
   */
  PointReads(
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool lookups,
      WorkerPool scans,
      PositionWait wait,
      PointIds ids) {
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.lookups = lookups;
    this.scans = scans;
    this.wait = wait;
    this.ids = ids;
  }

  /** Makes the answer to a request whose body has come. */
  @FunctionalInterface
  interface Handling {

    /** Makes it on a thread of the pool. */
    Answer answer(byte[] body, Call call) throws Exception;
  }

  /** What a request is about. */
  final class Call {
    private final VectorCollection collection;
    private final QueryNotes notes;
    private final BooleanSupplier cancelled;
    private final long startedNanos;

    private Call(
        VectorCollection collection,
        QueryNotes notes,
        BooleanSupplier cancelled,
        long startedNanos) {
      this.collection = collection;
      this.notes = notes;
      this.cancelled = cancelled;
      this.startedNanos = startedNanos;
    }

    VectorCollection collection() {
      return collection;
    }

    QueryNotes notes() {
      return notes;
    }

    BooleanSupplier cancelled() {
      return cancelled;
    }

    PointIds ids() {
      return ids;
    }

    KeyLookup keys() {
      return new KeyLookup(ids, collection, cancelled);
    }

    /** Notes what the answer has seen. */
    void seen(SortedMap<Integer, SourcePosition> position) {
      notes.seen(SeenPosition.of(collection.name(), position, feeds).nextOffsets());
    }

    /** Writes the answer. */
    Answer answer(JsonBody.Content result) {
      return Envelope.of(startedNanos, result);
    }

    /** Writes a row as a point without a score. */
    void point(JsonGenerator json, StoredRow row, PointParts parts) {
      json.writeStartObject();
      json.writeName("id");
      ids.write(json, row.key());
      parts.write(json, row);
      json.writeEndObject();
    }
  }

  PointIds ids() {
    return ids;
  }

  /**
   * Answers a request that has no body, by reading a row or two.
   *
   * @throws ProblemException if there is no such collection
   */
  Mono<Answer> get(Request request, QueryNotes.Kind kind, Handling handling) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    return answer(
        lookups, collection, request.query(kind, collection.name()), new byte[0], handling);
  }

  /** Answers a request by reading some rows, which are named in its body. */
  Mono<Answer> lookUp(Request request, QueryNotes.Kind kind, Handling handling) {
    return post(lookups, request, kind, handling);
  }

  /** Answers a request by looking at rows, perhaps all. */
  Mono<Answer> scan(Request request, QueryNotes.Kind kind, Handling handling) {
    return post(scans, request, kind, handling);
  }

  private Mono<Answer> post(
      WorkerPool pool, Request request, QueryNotes.Kind kind, Handling handling) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    if (!request.mediaType().equals(MediaTypes.JSON)) {
      throw request.unsupportedContentType(MediaTypes.JSON);
    }
    QueryNotes notes = request.query(kind, collection.name());
    return request.body().flatMap(body -> answer(pool, collection, notes, body, handling));
  }

  private Mono<Answer> answer(
      WorkerPool pool,
      VectorCollection collection,
      QueryNotes notes,
      byte[] body,
      Handling handling) {
    long started = System.nanoTime();
    PositionWait.Reply reply =
        cancelled -> {
          try {
            return handling.answer(body, new Call(collection, notes, cancelled, started));
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        };
    return wait.run(pool, collection, notes, _ -> new PositionWait.Parsed(ReadPosition.NOW, reply));
  }
}
