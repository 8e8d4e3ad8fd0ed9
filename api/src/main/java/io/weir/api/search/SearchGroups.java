package io.weir.api.search;

import io.weir.api.http.JsonBody;
import io.weir.api.http.ProblemException;
import io.weir.api.observe.QueryNotes;
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
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Runs the searches of a batch on one view, in groups that share a pass: no more of what they find
 * is in memory than one search may find.
 *
 * <p><b>Threads:</b> one. <b>Ownership:</b> borrows the view.
 */
public final class SearchGroups {
  private final String collection;
  private final CollectionView view;
  private final SearchMeters meters;
  private final QueryNotes notes;

  /** Searches a view of a collection. */
  public SearchGroups(
      String collection, CollectionView view, SearchMeters meters, QueryNotes notes) {
    this.collection = collection;
    this.view = view;
    this.meters = meters;
    this.notes = notes;
  }

  /** Takes what a search found. */
  @FunctionalInterface
  public interface Finder {

    /** Takes the result of the search of this number. */
    void found(int number, SearchResult result);
  }

  /**
   * Makes the queries of some searches, whose hits are of one answer.
   *
   * @throws ProblemException if one cannot be made; it names the search
   */
  public static List<KnnQuery> queries(
      VectorCollection collection,
      CollectionView view,
      List<SearchRequest> requests,
      BooleanSupplier cancelled)
      throws IOException {
    List<KnnQuery> queries = new ArrayList<>();
    HitBudget budget = SearchQuery.budget();
    for (int i = 0; i < requests.size(); i++) {
      try {
        queries.add(
            SearchQuery.of(collection, requests.get(i), view::get, cancelled).within(budget));
      } catch (ProblemException e) {
        throw e.problem().in(BatchReader.name(i)).toException();
      }
    }
    return queries;
  }

  /**
   * Runs them in their order.
   *
   * @throws ProblemException if the store refuses one; it names the search
   * @throws UncheckedIOException if the store cannot be read
   */
  public void run(List<KnnQuery> queries, Finder finder) {
    int next = 0;
    while (next < queries.size()) {
      int from = next;
      next = endOfGroup(queries, from);
      List<SearchResult> results = run(queries, from, next);
      for (int i = from; i < next; i++) {
        finder.found(i, results.get(i - from));
      }
    }
  }

  /** Searches that share a pass have, together, no more hits than one search may have. */
  private static int endOfGroup(List<KnnQuery> queries, int from) {
    int end = from + 1;
    int hits = queries.get(from).k();
    while (end < queries.size() && hits + queries.get(end).k() <= KnnQuery.MAX_K) {
      hits += queries.get(end).k();
      end++;
    }
    return end;
  }

  private List<SearchResult> run(List<KnnQuery> queries, int from, int to) {
    long started = System.nanoTime();
    List<SearchResult> results;
    try {
      results = view.search(queries.subList(from, to));
    } catch (HitsTooLargeException refused) {
      throw JsonBody.tooLarge();
    } catch (UnfitVectorException | UnfitFilterException refused) {
      // Alone they tell which one it is.
      results = IntStream.range(from, to).mapToObj(i -> runAlone(queries, i)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    results.forEach(result -> meters.searched(collection, took, result.scannedRows()));
    notes.scanned(took, results.stream().mapToLong(SearchResult::scannedRows).sum());
    return results;
  }

  private SearchResult runAlone(List<KnnQuery> queries, int number) {
    return BatchReader.named(
        number,
        i -> {
          try {
            return SearchQuery.run(view::search, queries.get(i));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }
}
