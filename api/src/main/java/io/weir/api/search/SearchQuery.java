package io.weir.api.search;

import io.weir.api.collection.Catalogue;
import io.weir.api.filter.FilterReader;
import io.weir.api.http.JsonBody;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.HitBudget;
import io.weir.storage.query.HitsTooLargeException;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import io.weir.storage.query.UnfitFilterException;
import io.weir.storage.query.UnfitVectorException;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Makes the store's query of a request, and runs it. */
public final class SearchQuery {

  private SearchQuery() {}

  /** Looks a key up. */
  @FunctionalInterface
  public interface Lookup {

    /** Returns its row. */
    Optional<StoredRow> get(String key) throws IOException;
  }

  /** Searches. */
  @FunctionalInterface
  public interface Search {

    /** Runs the query. */
    SearchResult run(KnnQuery query) throws IOException;
  }

  /**
   * Makes the query, within a {@link #budget} of its own; the hits that are passed over are among
   * those that it asks for.
   *
   * @param lookup finds the vector of a search by key
   */
  public static KnnQuery of(
      VectorCollection collection, SearchRequest search, Lookup lookup, BooleanSupplier cancelled)
      throws IOException {
    checkAnswerFits(collection.schema(), search.k(), search.withVector());
    KnnQuery query =
        KnnQuery.nearest(vector(collection, search.origin(), lookup), end(search))
            .withVector(search.withVector())
            .withPayload(search.withPayload())
            .within(budget())
            .cancelledBy(cancelled);
    return search.filter().map(query::filter).orElse(query);
  }

  /**
   * What the hits of one answer may have. Hits are never larger than their JSON: what is refused
   * for it would not fit into an answer either, unless it was to be passed over.
   */
  static HitBudget budget() {
    return new HitBudget(JsonBody.MAX_BYTES);
  }

  private static int end(SearchRequest search) {
    return search.k() + search.offset();
  }

  /** Runs a query; what the store refuses about it is a problem. */
  public static SearchResult run(Search search, KnnQuery query) throws IOException {
    try {
      return search.run(query);
    } catch (UnfitVectorException refused) {
      throw Problem.of(ProblemType.INVALID_VECTOR, String.valueOf(refused.getMessage()))
          .toException();
    } catch (UnfitFilterException refused) {
      throw FilterReader.unfit(refused);
    } catch (HitsTooLargeException refused) {
      throw JsonBody.tooLarge();
    }
  }

  private static float[] vector(VectorCollection collection, Origin origin, Lookup lookup)
      throws IOException {
    return switch (origin) {
      case Origin.Given given -> {
        Catalogue.requireDimension(collection, given.vector());
        yield given.vector();
      }
      case Origin.Stored(String key) ->
          lookup.get(key).orElseThrow(() -> Catalogue.unknownKey(collection, key)).vector();
    };
  }

  /** The limit of an answer holds when it is written; vectors alone are worth an earlier look. */
  public static void checkAnswerFits(VectorSchema schema, int rows, boolean withVector) {
    long vectorBytes = (long) rows * schema.vectorBytes();
    if (withVector && vectorBytes > JsonBody.MAX_BYTES) {
      throw Problem.of(
              ProblemType.ANSWER_TOO_LARGE,
              rows
                  + " vectors of "
                  + schema.vectorBytes()
                  + " bytes do not fit into an answer of "
                  + JsonBody.MAX_BYTES
                  + " bytes; ask for fewer hits, or leave the vectors out")
          .toException();
    }
  }
}
