package io.weir.api.search;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.ProblemException;
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
import io.weir.storage.query.HitBudget;
import io.weir.storage.query.HitsTooLargeException;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.UnfitFilterException;
import io.weir.storage.query.UnfitVectorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.IntStream;
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
      Running running = new Running(collection, view, batch.searches(), notes, cancelled);
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
  private final class Running {
    private final VectorCollection collection;
    private final CollectionView view;
    private final List<SearchRequest> requests;
    private final QueryNotes notes;
    private final List<KnnQuery> queries = new ArrayList<>();

    Running(
        VectorCollection collection,
        CollectionView view,
        List<SearchRequest> requests,
        QueryNotes notes,
        BooleanSupplier cancelled)
        throws IOException {
      this.collection = collection;
      this.view = view;
      this.requests = requests;
      this.notes = notes;
      HitBudget budget = SearchQuery.budget();
      for (int i = 0; i < requests.size(); i++) {
        try {
          queries.add(
              SearchQuery.of(collection, requests.get(i), view::get, cancelled).within(budget));
        } catch (ProblemException e) {
          throw e.problem().in(BatchReader.name(i)).toException();
        }
      }
    }

    void writeTo(JsonGenerator json, boolean inALine) {
      int next = 0;
      while (next < queries.size()) {
        int from = next;
        next = endOfGroup(from);
        List<SearchResult> results = run(from, next);
        for (int i = from; i < next; i++) {
          write(json, requests.get(i), results.get(i - from), inALine);
        }
      }
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

    /** Searches that share a pass have, together, no more hits than one search may have. */
    private int endOfGroup(int from) {
      int end = from + 1;
      int hits = queries.get(from).k();
      while (end < queries.size() && hits + queries.get(end).k() <= KnnQuery.MAX_K) {
        hits += queries.get(end).k();
        end++;
      }
      return end;
    }

    private List<SearchResult> run(int from, int to) {
      long started = System.nanoTime();
      List<SearchResult> results;
      try {
        results = view.search(queries.subList(from, to));
      } catch (HitsTooLargeException refused) {
        throw JsonBody.tooLarge();
      } catch (UnfitVectorException | UnfitFilterException refused) {
        // Alone they tell which one it is.
        results = IntStream.range(from, to).mapToObj(this::runAlone).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - started);
      results.forEach(result -> meters.searched(collection.name(), took, result.scannedRows()));
      notes.scanned(took, results.stream().mapToLong(SearchResult::scannedRows).sum());
      return results;
    }

    private SearchResult runAlone(int index) {
      return BatchReader.named(
          index,
          i -> {
            try {
              return SearchQuery.run(view::search, queries.get(i));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }
}
