package io.weir.api.search;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.observe.QueryNotes;
import io.weir.api.position.PositionWait;
import io.weir.api.position.ReadPosition;
import io.weir.api.position.SeenPosition;
import io.weir.api.search.Cursors.Cursor;
import io.weir.api.search.SearchCall.Page;
import io.weir.api.search.SearchJson.Found;
import io.weir.api.view.HeldViews;
import io.weir.api.view.HeldViews.Held;
import io.weir.api.work.WorkerPool;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Hit;
import io.weir.storage.query.HitPlace;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.PositionUnavailableException;
import io.weir.storage.query.SearchResult;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * Answers what is nearest.
 *
 * <p>A refusal because of the content type, the query or an unknown collection comes before the
 * body is read; one because of load comes before it is parsed.
 */
public final class SearchRoute {

  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool searches;
  private final PositionWait wait;
  private final Cursors cursors;
  private final SearchMeters meters;

  /**
   * Searches on this pool.
   *
   * @param cursors views of searches that go on
   */
  public SearchRoute(
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool searches,
      PositionWait wait,
      HeldViews cursors,
      SearchMeters meters) {
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.searches = searches;
    this.wait = wait;
    this.cursors = new Cursors(cursors);
    this.meters = meters;
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/search", this::search)
        .with(SearchRequestReader.PARAMETERS);
  }

  private Mono<Answer> search(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    Function<byte[], SearchCall> reader =
        SearchRequestReader.of(request, new FilterReader(collection));
    QueryNotes notes = request.query(QueryNotes.Kind.SEARCH, collection.name());
    return request
        .body()
        .flatMap(body ->
            wait.run(
                searches,
                collection,
                notes,
                _ -> {
                  SearchCall call = reader.apply(body);
                  return new PositionWait.Parsed(
                      call.position(), cancelled -> answer(collection, call, notes, cancelled));
                }));
  }

  private Answer answer(
      VectorCollection collection, SearchCall call, QueryNotes notes, BooleanSupplier cancelled)
      throws IOException {
    return switch (call.page()) {
      case Page.First(SearchRequest search, boolean cursor) ->
          cursor
              ? firstPage(collection, search, call.position(), notes, cancelled)
              : only(collection, search, call.position(), notes, cancelled);
      case Page.Next(String cursor, int k) -> nextPage(collection, cursor, k, notes, cancelled);
    };
  }

  private Answer only(
      VectorCollection collection,
      SearchRequest search,
      ReadPosition position,
      QueryNotes notes,
      BooleanSupplier cancelled)
      throws IOException {
    notes.asksFor(1, search.k(), search.filter().isPresent());
    position.checkPartitions(collection);
    try {
      KnnQuery query =
          SearchQuery.of(collection, search, key -> collection.get(key, position.asOf()), cancelled)
              .asOf(position.asOf());
      long started = System.nanoTime();
      SearchResult result = SearchQuery.run(collection::search, query);
      return answer(
          collection, result, found(result, search, Optional.empty()), tookSince(started), notes);
    } catch (PositionUnavailableException unavailable) {
      throw position.problem(unavailable);
    } catch (IllegalArgumentException refused) {
      // A partition may have left this process since it was looked for.
      position.checkPartitions(collection);
      throw refused;
    }
  }

  private Answer firstPage(
      VectorCollection collection,
      SearchRequest search,
      ReadPosition position,
      QueryNotes notes,
      BooleanSupplier cancelled)
      throws IOException {
    notes.asksFor(1, search.k(), search.filter().isPresent());
    Held held = cursors.hold(() -> position.view(collection));
    boolean goesOn = false;
    try {
      CollectionView view = held.view();
      KnnQuery query = SearchQuery.of(collection, search, view::get, cancelled);
      long started = System.nanoTime();
      SearchResult result = SearchQuery.run(view::search, query);
      Duration took = tookSince(started);
      SearchJson.Cursor next = new SearchJson.Cursor(Optional.empty());
      if (result.hits().size() == query.k()) {
        Cursor opened =
            cursors.open(collection.name(), held, query.cancelledBy(() -> false), search.k());
        next = next(opened, result);
        goesOn = true;
      }
      return answer(collection, result, found(result, search, Optional.of(next)), took, notes);
    } finally {
      if (!goesOn) {
        held.close();
      }
    }
  }

  private Answer nextPage(
      VectorCollection collection,
      String token,
      int wanted,
      QueryNotes notes,
      BooleanSupplier cancelled)
      throws IOException {
    Cursors.At at = cursors.find(collection.name(), token);
    Cursor cursor = at.cursor();
    int k = wanted == 0 ? cursor.k() : wanted;
    KnnQuery first = cursor.query();
    notes.asksFor(1, k, first.filter().isPresent());
    SearchQuery.checkAnswerFits(collection.schema(), k, first.withVector());
    KnnQuery next =
        KnnQuery.nearest(first.vector(), k)
            .withVector(first.withVector())
            .withPayload(first.withPayload())
            .after(at.place())
            .within(SearchQuery.budget())
            .cancelledBy(cancelled);
    KnnQuery query = first.filter().map(next::filter).orElse(next);
    long started = System.nanoTime();
    SearchResult result;
    try {
      result = SearchQuery.run(cursor.held().view()::search, query);
    } catch (IllegalStateException closed) {
      if (cursor.held().isOver()) {
        throw cursors.expired();
      }
      throw closed;
    }
    Duration took = tookSince(started);
    boolean last = result.hits().size() < k;
    if (last) {
      cursors.close(cursor);
    }
    SearchJson.Cursor further =
        last ? new SearchJson.Cursor(Optional.empty()) : next(cursor, result);
    return answer(
        collection,
        result,
        new Found(result.hits(), first.withVector(), first.withPayload(), Optional.of(further)),
        took,
        notes);
  }

  private static SearchJson.Cursor next(Cursor cursor, SearchResult page) {
    return new SearchJson.Cursor(Optional.of(cursor.token(HitPlace.of(page.hits().getLast()))));
  }

  private static Found found(
      SearchResult result, SearchRequest search, Optional<SearchJson.Cursor> cursor) {
    List<Hit> hits = result.hits();
    return new Found(
        hits.subList(Math.min(search.offset(), hits.size()), hits.size()),
        search.withVector(),
        search.withPayload(),
        cursor);
  }

  private Answer answer(
      VectorCollection collection,
      SearchResult result,
      Found found,
      Duration took,
      QueryNotes notes) {
    meters.searched(collection.name(), took, result.scannedRows());
    SeenPosition seen = SeenPosition.of(collection.name(), result.position(), feeds);
    notes.scanned(took, result.scannedRows());
    notes.seen(seen.nextOffsets());
    return Answer.json(json -> SearchJson.answer(json, found, seen, result.scannedRows(), took));
  }

  private static Duration tookSince(long started) {
    return Duration.ofNanos(System.nanoTime() - started);
  }
}
