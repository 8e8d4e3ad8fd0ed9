package io.weir.api.qdrant;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.observe.QueryNotes;
import io.weir.api.qdrant.PointReads.Call;
import io.weir.api.search.SearchMeters;
import io.weir.api.search.SearchQuery;
import io.weir.api.search.SearchRequest.Origin;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.Hit;
import io.weir.storage.query.KnnQuery;
import io.weir.storage.query.SearchResult;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Answers which points are nearest: as queries, and as the searches that these have taken over. */
final class QueryRoutes {

  /** What a point gets that was not compared with anything. */
  private static final float NO_SCORE = 1;

  private final PointReads reads;
  private final SearchMeters meters;

  QueryRoutes(PointReads reads, SearchMeters meters) {
    this.reads = reads;
    this.meters = meters;
  }

  List<Route> routes() {
    return List.of(
        Route.post("/collections/{collection}/points/query", this::query)
            .with(PointReads.PARAMETERS),
        Route.post("/collections/{collection}/points/search", this::search)
            .with(PointReads.PARAMETERS));
  }

  private Mono<Answer> query(Request request) {
    return reads.scan(
        request,
        QueryNotes.Kind.SEARCH,
        (body, call) -> {
          PointQueryFields fields = new PointQueryFields(call);
          JsonRequest.read(body, fields.ofAQuery().known());
          PointQuery query = fields.query();
          return query.origin().isPresent()
              ? nearest(query, query.origin().get(), call, true)
              : any(query, call);
        });
  }

  private Mono<Answer> search(Request request) {
    return reads.scan(
        request,
        QueryNotes.Kind.SEARCH,
        (body, call) -> {
          PointQueryFields fields = new PointQueryFields(call);
          JsonRequest.read(body, fields.ofASearch().known());
          PointQuery search = fields.search();
          return nearest(search, search.origin().orElseThrow(), call, false);
        });
  }

  /**
   * Searches.
   *
   * @param named whether the points are a property of the result, or the result
   */
  private Answer nearest(PointQuery query, Origin origin, Call call, boolean named)
      throws IOException {
    VectorCollection collection = call.collection();
    call.notes().asksFor(1, query.limit(), query.filter().isPresent());
    KnnQuery search =
        SearchQuery.of(collection, query.search(origin), collection::get, call.cancelled());
    long started = System.nanoTime();
    SearchResult result = SearchQuery.run(collection::search, search);
    Duration took = Duration.ofNanos(System.nanoTime() - started);
    meters.searched(collection.name(), took, result.scannedRows());
    call.notes().scanned(took, result.scannedRows());
    call.seen(result.position());
    return call.answer(json -> hits(json, query, result, call, named));
  }

  /** Writes what a search found. */
  static void hits(
      JsonGenerator json, PointQuery query, SearchResult result, Call call, boolean named) {
    begin(json, named);
    for (Hit hit : query.wanted(result.hits(), call.collection().schema().metric())) {
      scored(json, hit.row(), hit.score(), query.parts(), call);
    }
    end(json, named);
  }

  /** Answers points in no order of nearness, for there is nothing to be near to. */
  private static Answer any(PointQuery query, Call call) throws IOException {
    call.notes().asksFor(1, query.limit(), query.filter().isPresent());
    try (CollectionView view = call.collection().view(Map.of())) {
      call.seen(view.position());
      long started = System.nanoTime();
      RowPage page =
          RowPage.read(
              view,
              query.filter(),
              query.parts(),
              Optional.empty(),
              query.offset() + query.limit(),
              call.cancelled());
      List<StoredRow> rows = page.rows();
      call.notes().scanned(Duration.ofNanos(System.nanoTime() - started), rows.size());
      return call.answer(json -> {
        begin(json, true);
        for (int i = query.offset(); i < rows.size() && i < query.offset() + query.limit(); i++) {
          scored(json, rows.get(i), NO_SCORE, query.parts(), call);
        }
        end(json, true);
      });
    }
  }

  private static void begin(JsonGenerator json, boolean named) {
    if (named) {
      json.writeStartObject();
      json.writeName("points");
    }
    json.writeStartArray();
  }

  private static void end(JsonGenerator json, boolean named) {
    json.writeEndArray();
    if (named) {
      json.writeEndObject();
    }
  }

  /** A row's version is its offset: it grows with each that replaces it. */
  private static void scored(
      JsonGenerator json, StoredRow row, float score, PointParts parts, Call call) {
    json.writeStartObject();
    json.writeName("id");
    call.ids().write(json, row.key());
    json.writeNumberProperty("version", row.offset());
    json.writeNumberProperty("score", score);
    parts.write(json, row);
    json.writeEndObject();
  }
}
