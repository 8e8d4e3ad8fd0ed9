package io.weir.api.qdrant;

import io.weir.api.http.Answer;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.observe.QueryNotes;
import io.weir.api.qdrant.PointReads.Call;
import io.weir.api.search.SearchGroups;
import io.weir.api.search.SearchMeters;
import io.weir.api.search.SearchQuery;
import io.weir.api.search.SearchRequest;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.KnnQuery;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Answers several queries, in their order, all from one view. One that is refused refuses them all.
 */
final class BatchRoutes {

  /** The most queries that one request may bring. */
  private static final int MAX_SEARCHES = 100;

  private static final String SEARCHES = "searches";

  private final PointReads reads;
  private final SearchMeters meters;

  BatchRoutes(PointReads reads, SearchMeters meters) {
    this.reads = reads;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/collections/{collection}/points/query/batch", this::query)
            .with(PointReads.PARAMETERS),
        Route.post("/collections/{collection}/points/search/batch", this::search)
            .with(PointReads.PARAMETERS));
  }

  private Mono<Answer> query(Request request) {
    return reads.scan(
        request,
        QueryNotes.Kind.BATCH,
        (body, call) -> answer(queries(body, call, true), call, true));
  }

  private Mono<Answer> search(Request request) {
    return reads.scan(
        request,
        QueryNotes.Kind.BATCH,
        (body, call) -> answer(queries(body, call, false), call, false));
  }

  private static List<PointQuery> queries(byte[] body, Call call, boolean areQueries) {
    List<PointQuery> queries = new ArrayList<>();
    JsonRequest.read(
        body,
        Map.of(
            SEARCHES,
            json ->
                JsonRequest.array(
                    json,
                    MAX_SEARCHES,
                    i ->
                        element -> {
                          String name = SEARCHES + "[" + i + "]";
                          try {
                            PointQueryFields fields = new PointQueryFields(call);
                            JsonRequest.object(
                                element,
                                name,
                                (areQueries ? fields.ofAQuery() : fields.ofASearch()).known());
                            queries.add(areQueries ? withOrigin(fields.query()) : fields.search());
                          } catch (ProblemException e) {
                            throw e.problem().in(name).toException();
                          }
                        })));
    if (queries.isEmpty()) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              SEARCHES + " is missing or empty; give 1 to " + MAX_SEARCHES)
          .toException();
    }
    return queries;
  }

  private static PointQuery withOrigin(PointQuery query) {
    if (query.origin().isEmpty()) {
      throw Problem.of(
              ProblemType.INVALID_PROPERTY,
              "query is missing; of a batch, each has to be near to something")
          .toException();
    }
    return query;
  }

  private Answer answer(List<PointQuery> queries, Call call, boolean named) throws IOException {
    VectorCollection collection = call.collection();
    int rows = queries.stream().mapToInt(PointQuery::limit).sum();
    call.notes()
        .asksFor(
            queries.size(),
            queries.stream().mapToInt(PointQuery::limit).max().orElse(0),
            queries.stream().anyMatch(query -> query.filter().isPresent()));
    SearchQuery.checkAnswerFits(
        collection.schema(), rows, queries.stream().anyMatch(query -> query.parts().vector()));
    List<SearchRequest> searches =
        queries.stream().map(query -> query.search(query.origin().orElseThrow())).toList();
    try (CollectionView view = collection.view(Map.of())) {
      call.seen(view.position());
      List<KnnQuery> checked = SearchGroups.queries(collection, view, searches, call.cancelled());
      SearchGroups groups = new SearchGroups(collection.name(), view, meters, call.notes());
      return call.answer(json -> {
        json.writeStartArray();
        groups.run(
            checked, (i, result) -> QueryRoutes.hits(json, queries.get(i), result, call, named));
        json.writeEndArray();
      });
    }
  }
}
