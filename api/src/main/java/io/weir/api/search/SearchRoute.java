package io.weir.api.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.collection.Catalogue;
import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import java.io.IOException;
import java.time.Duration;
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
  private final WorkerPool searches;
  private final SearchMeters meters;

  /** Searches on this pool. */
  public SearchRoute(Catalogue catalogue, WorkerPool searches, MeterRegistry registry) {
    this.catalogue = catalogue;
    this.searches = searches;
    this.meters = new SearchMeters(registry, searches);
  }

  /** The route. */
  public Route route() {
    return Route.post("/v1/collections/{collection}/search", this::search)
        .with(
            SearchRequestReader.K,
            SearchRequestReader.WITH_VECTOR,
            SearchRequestReader.WITH_PAYLOAD);
  }

  private Mono<Answer> search(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    Function<byte[], SearchRequest> reader = SearchRequestReader.of(request);
    return request
        .body()
        .flatMap(
            body -> searches.run(cancelled -> answer(collection, reader.apply(body), cancelled)));
  }

  private Answer answer(
      VectorCollection collection, SearchRequest search, BooleanSupplier cancelled)
      throws IOException {
    checkAnswerFits(collection, search);
    KnnQuery query =
        KnnQuery.nearest(vector(collection, search.origin()), search.k())
            .withVector(search.withVector())
            .withPayload(search.withPayload())
            .cancelledBy(cancelled);
    long started = System.nanoTime();
    SearchResult result = run(collection, query);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    meters.searched(collection.name(), took);
    return SearchJson.answer(result, search, took);
  }

  private static SearchResult run(VectorCollection collection, KnnQuery query) throws IOException {
    try {
      return collection.search(query);
    } catch (IllegalArgumentException refused) {
      throw Problem.of(ProblemType.INVALID_VECTOR, String.valueOf(refused.getMessage()))
          .toException();
    }
  }

  private static float[] vector(VectorCollection collection, Origin origin) throws IOException {
    return switch (origin) {
      case Origin.Given given -> {
        checkDimension(collection, given.vector());
        yield given.vector();
      }
      case Origin.Stored(String key) ->
          collection.get(key).orElseThrow(() -> Catalogue.unknownKey(collection, key)).vector();
    };
  }

  private static void checkDimension(VectorCollection collection, float[] vector) {
    int dimension = collection.schema().dimension();
    if (vector.length != dimension) {
      throw Problem.of(
              ProblemType.WRONG_DIMENSION,
              "the vector has "
                  + vector.length
                  + " components; collection "
                  + collection.name()
                  + " has "
                  + dimension)
          .toException();
    }
  }

  /** The limit of an answer holds when it is written; vectors alone are worth an earlier look. */
  private static void checkAnswerFits(VectorCollection collection, SearchRequest search) {
    long vectorBytes = (long) search.k() * collection.schema().vectorBytes();
    if (search.withVector() && vectorBytes > JsonBody.MAX_BYTES) {
      throw Problem.of(
              ProblemType.ANSWER_TOO_LARGE,
              search.k()
                  + " vectors of "
                  + collection.schema().vectorBytes()
                  + " bytes do not fit into an answer of "
                  + JsonBody.MAX_BYTES
                  + " bytes; ask for fewer hits, or leave the vectors out")
          .toException();
    }
  }
}
