package io.weir.api.search;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.WholeAnswer;
import io.weir.api.json.StoreJson;
import io.weir.api.observe.QueryNotes;
import io.weir.api.position.PositionWait;
import io.weir.api.position.SeenPosition;
import io.weir.api.search.BatchReader.Batch;
import io.weir.api.search.SearchJson.Found;
import io.weir.api.work.WorkerPool;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/**
 * Answers several searches, in their order, all from one view. One that is not allowed refuses them
 * all.
 */
public final class BatchRoute {

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool searches;
  private final PositionWait wait;
  private final SearchMeters meters;

  /** Searches on this pool. */
  public BatchRoute(
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool searches,
      PositionWait wait,
      SearchMeters meters) {
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.searches = searches;
    this.wait = wait;
    this.meters = meters;
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/search/batch", this::search)
        .with(BatchReader.PARAMETERS)
        .producing(MediaTypes.JSON, MediaTypes.NDJSON);
  }

  private Mono<Answer> search(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    Function<byte[], Batch> reader =
        BatchReader.of(request, collection.schema().dimension(), new FilterReader(collection));
    boolean lines = request.answerType().equals(MediaTypes.NDJSON);
    QueryNotes notes = request.query(QueryNotes.Kind.BATCH, collection.name());
    return request
        .body()
        .flatMap(body ->
            wait.run(
                searches,
                collection,
                notes,
                _ -> {
                  Batch batch = reader.apply(body);
                  return new PositionWait.Parsed(
                      batch.position(),
                      cancelled -> answer(collection, batch, lines, notes, cancelled));
                }));
  }

  private Answer answer(
      VectorCollection collection,
      Batch batch,
      boolean lines,
      QueryNotes notes,
      BooleanSupplier cancelled)
      throws IOException {
    notes.asksFor(
        batch.searches().size(),
        batch.searches().stream().mapToInt(SearchRequest::k).max().orElse(0),
        batch.searches().stream().anyMatch(search -> search.filter().isPresent()));
    int rows = batch.searches().stream().mapToInt(SearchRequest::k).sum();
    boolean vectors = batch.searches().stream().anyMatch(SearchRequest::withVector);
    SearchQuery.checkAnswerFits(collection.schema(), rows, vectors);
    try (CollectionView view = batch.position().view(collection)) {
      SeenPosition seen = SeenPosition.of(collection.name(), view.position(), feeds);
      notes.seen(seen.nextOffsets());
      Running running =
          new Running(
              new SearchGroups(collection.name(), view, meters, notes),
              batch.searches(),
              SearchGroups.queries(collection, view, batch.searches(), cancelled));
      return lines
          ? new WholeAnswer(
              200,
              MediaTypes.NDJSON,
              JsonBody.lines(json -> running.writeTo(json, true)),
              seen.headers())
          : Answer.json(json -> {
            long started = System.nanoTime();
            json.writeStartObject();
            json.writeArrayPropertyStart("answers");
            running.writeTo(json, false);
            json.writeEndArray();
            seen.write(json);
            StoreJson.millis(json, "tookMillis", Duration.ofNanos(System.nanoTime() - started));
            json.writeEndObject();
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Searches that are checked all, and then run in groups while their answers are written. */
  private record Running(
      SearchGroups groups, List<SearchRequest> requests, List<KnnQuery> queries) {

    void writeTo(JsonGenerator json, boolean inALine) {
      groups.run(queries, (i, result) -> write(json, requests.get(i), result, inALine));
    }

    private static void write(
        JsonGenerator json, SearchRequest request, SearchResult result, boolean inALine) {
      Found found =
          new Found(
              result.hits().stream().skip(request.offset()).toList(),
              request.withVector(),
              request.withPayload(),
              Optional.empty());
      SearchJson.element(json, found, result.scannedRows(), inALine);
    }
  }
}
