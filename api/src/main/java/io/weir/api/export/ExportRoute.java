package io.weir.api.export;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.StreamedAnswer;
import io.weir.api.observe.QueryNotes;
import io.weir.api.position.PositionWait;
import io.weir.api.position.ReadPosition;
import io.weir.api.position.SeenPosition;
import io.weir.api.view.HeldViews;
import io.weir.api.view.HeldViews.Held;
import io.weir.api.work.WorkerPool;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Filter;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.UnfitFilterException;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers the live rows of a collection, all or those of a filter, of one position. */
public final class ExportRoute {

  private static final String WITH_VECTOR = "withVector";
  private static final String WITH_PAYLOAD = "withPayload";

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool reads;
  private final WorkerPool blocks;
  private final PositionWait wait;
  private final HeldViews views;
  private final ExportMeters meters;

  /**
   * Exports.
   *
   * @param reads where an export begins
   * @param blocks where its blocks are made; must take one of each export
   */
  public ExportRoute(
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool reads,
      WorkerPool blocks,
      PositionWait wait,
      HeldViews views,
      ExportMeters meters) {
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.reads = reads;
    this.blocks = blocks;
    this.wait = wait;
    this.views = views;
    this.meters = meters;
  }

  /** The route. */
  public Route route() {
    return Route.get("/v1/collections/{collection}/export", this::export)
        .with(
            WITH_VECTOR,
            WITH_PAYLOAD,
            FilterReader.FILTER,
            ReadPosition.MIN_POSITION,
            ReadPosition.AS_OF)
        .producing(MediaTypes.NDJSON, MediaTypes.FLOAT32);
  }

  private Mono<Answer> export(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    boolean withVector = request.flag(WITH_VECTOR, true);
    boolean withPayload = request.flag(WITH_PAYLOAD, true);
    ReadPosition position = ReadPosition.of(request);
    Optional<Filter> filter = new FilterReader(collection).parameter(request);
    boolean framed = request.answerType().equals(MediaTypes.FLOAT32);
    QueryNotes notes = request.query(QueryNotes.Kind.EXPORT, collection.name());
    notes.asksFor(1, 0, filter.isPresent());
    notes.inPieces();
    PositionWait.Parsed parsed =
        new PositionWait.Parsed(
            position,
            _ ->
                framed
                    ? framed(collection, position, notes, filter)
                    : lines(collection, position, notes, withVector, withPayload, filter));
    return wait.run(reads, collection, notes, _ -> parsed);
  }

  private Answer lines(
      VectorCollection collection,
      ReadPosition position,
      QueryNotes notes,
      boolean withVector,
      boolean withPayload,
      Optional<Filter> filter)
      throws IOException {
    return hold(
        collection,
        position,
        held ->
            answer(
                held,
                MediaTypes.NDJSON,
                seen(collection, held, notes),
                rows(held.view(), withVector, withPayload, filter),
                new LineWriter(withVector, withPayload),
                read(collection, notes)));
  }

  private Answer framed(
      VectorCollection collection, ReadPosition position, QueryNotes notes, Optional<Filter> filter)
      throws IOException {
    return hold(
        collection,
        position,
        held -> {
          SeenPosition seen = seen(collection, held, notes);
          return answer(
              held,
              MediaTypes.FLOAT32,
              seen,
              rows(held.view(), true, false, filter),
              new FrameWriter(collection.schema().dimension(), seen.nextOffsets()),
              read(collection, notes));
        });
  }

  /** Makes the answer from a view, which is given up at once if that fails. */
  private Answer hold(
      VectorCollection collection, ReadPosition position, Function<Held, Answer> answer)
      throws IOException {
    Held held = views.hold(() -> position.view(collection));
    try {
      return answer.apply(held);
    } catch (UnfitFilterException refused) {
      held.close();
      throw FilterReader.unfit(refused);
    } catch (Throwable e) {
      held.close();
      throw e;
    }
  }

  private static RowScan rows(
      CollectionView view, boolean withVector, boolean withPayload, Optional<Filter> filter) {
    return filter
        .map(rows -> view.rows(withVector, withPayload, rows))
        .orElseGet(() -> view.rows(withVector, withPayload));
  }

  private SeenPosition seen(VectorCollection collection, Held held, QueryNotes notes) {
    CollectionView view = held.view();
    SeenPosition seen = SeenPosition.of(collection.name(), view.position(), feeds);
    notes.seen(seen.nextOffsets());
    return seen;
  }

  private ExportBlocks.Listener read(VectorCollection collection, QueryNotes notes) {
    return (took, rows, bytes) -> {
      notes.scanned(took, rows);
      meters.read(collection.name(), rows, bytes);
    };
  }

  private Answer answer(
      Held held,
      String mediaType,
      SeenPosition seen,
      RowScan scan,
      RowWriter writer,
      ExportBlocks.Listener listener) {
    Flux<byte[]> rows =
        ExportBlocks.of(scan, writer, listener, blocks).doOnSubscribe(_ -> held.keep());
    return new StreamedAnswer(mediaType, seen.headers(), rows, views.maxAge(), held::close);
  }
}
