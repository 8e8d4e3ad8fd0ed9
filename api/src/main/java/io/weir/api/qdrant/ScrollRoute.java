package io.weir.api.qdrant;

import io.weir.api.http.Answer;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.observe.QueryNotes;
import io.weir.api.qdrant.ScrollPlaces.Place;
import io.weir.api.search.SearchQuery;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/**
 * Answers rows page by page, in the order of their partitions and offsets. No view is held between
 * two pages, for clients do not say when they are done: {@link ScrollPlaces} tells what that means.
 */
final class ScrollRoute {

  private final PointReads reads;
  private final ScrollPlaces places = new ScrollPlaces();

  ScrollRoute(PointReads reads) {
    this.reads = reads;
  }

  Route route() {
    return Route.post("/collections/{collection}/points/scroll", this::scroll)
        .with(PointReads.PARAMETERS);
  }

  private Mono<Answer> scroll(Request request) {
    return reads.scan(
        request,
        QueryNotes.Kind.SCROLL,
        (body, call) -> {
          ScrollRequest wanted = ScrollRequest.read(body, call.collection(), call.keys());
          return page(wanted, call);
        });
  }

  private Answer page(ScrollRequest wanted, PointReads.Call call) throws IOException {
    VectorCollection collection = call.collection();
    call.notes().asksFor(1, 0, wanted.filter().isPresent());
    SearchQuery.checkAnswerFits(collection.schema(), 1, wanted.parts().vector());
    try (CollectionView view = collection.view(Map.of())) {
      call.seen(view.position());
      long started = System.nanoTime();
      RowPage page = read(view, wanted, call);
      call.notes().scanned(Duration.ofNanos(System.nanoTime() - started), page.rows().size());
      int count = page.hasMore() ? boundary(collection, page.rows()) : page.rows().size();
      List<StoredRow> rows = page.rows();
      return call.answer(json -> {
        json.writeStartObject();
        json.writeArrayPropertyStart("points");
        for (StoredRow row : rows.subList(0, count)) {
          call.point(json, row, wanted.parts());
        }
        json.writeEndArray();
        json.writeName("next_page_offset");
        if (count < rows.size()) {
          call.ids().write(json, rows.get(count).key());
        } else {
          json.writeNull();
        }
        json.writeEndObject();
      });
    }
  }

  private RowPage read(CollectionView view, ScrollRequest wanted, PointReads.Call call)
      throws IOException {
    Optional<Place> from =
        wanted.from().isPresent()
            ? Optional.of(place(view, wanted.from().get(), call))
            : Optional.empty();
    return RowPage.read(
        view, wanted.filter(), wanted.parts(), from, wanted.limit(), call.cancelled());
  }

  private Place place(CollectionView view, String id, PointReads.Call call) throws IOException {
    String collection = call.collection().name();
    Optional<Place> kept = places.find(collection, id);
    if (kept.isPresent()) {
      return kept.get();
    }
    Optional<String> key = call.keys().key(id);
    Optional<StoredRow> row = key.isPresent() ? view.get(key.get()) : Optional.empty();
    return row.map(Place::of)
        .orElseThrow(() ->
            Problem.of(
                    ProblemType.INVALID_PROPERTY,
                    "offset: there is no point '"
                        + id
                        + "' in collection "
                        + collection
                        + ", and no page that it was the end of in the last "
                        + ScrollPlaces.MAX_AGE.toMinutes()
                        + " minutes; begin again without offset")
                .toException());
  }

  /** Returns which row the next page begins with, and keeps its place. */
  private int boundary(VectorCollection collection, List<StoredRow> rows) {
    for (int next = rows.size() - 1; next > 0; next--) {
      StoredRow row = rows.get(next);
      if (places.offer(collection.name(), reads.ids().of(row.key()), Place.of(row))) {
        return next;
      }
    }
    // Each of the page is where another scroll goes on, and was replaced since.
    int last = rows.size() - 1;
    StoredRow row = rows.get(last);
    places.keep(collection.name(), reads.ids().of(row.key()), Place.of(row));
    return last;
  }
}
