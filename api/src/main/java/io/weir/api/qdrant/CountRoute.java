package io.weir.api.qdrant;

import io.weir.api.filter.FilterReader;
import io.weir.api.filter.PointFilterReader;
import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.observe.QueryNotes;
import io.weir.storage.CollectionView;
import io.weir.storage.query.Filter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Counts rows, all or those of a filter; always exactly. */
final class CountRoute {

  private static final Filter EVERY_ROW = new Filter.All(List.of());

  private final PointReads reads;

  CountRoute(PointReads reads) {
    this.reads = reads;
  }

  Route route() {
    return Route.post("/collections/{collection}/points/count", this::count)
        .with(PointReads.PARAMETERS);
  }

  private Mono<Answer> count(Request request) {
    return reads.scan(
        request, QueryNotes.Kind.COUNT, (body, call) -> count(filter(body, call), call));
  }

  private static Filter filter(byte[] body, PointReads.Call call) {
    Filter[] filter = {EVERY_ROW};
    JsonRequest.read(
        body,
        new PointProperties()
            .take(
                FilterReader.FILTER,
                json ->
                    filter[0] = new PointFilterReader(call.collection(), call.keys()).read(json))
            .ignore("exact")
            .refuse("shard_key", "collections have no shards that a client could choose")
            .known());
    return filter[0];
  }

  private static Answer count(Filter filter, PointReads.Call call) throws IOException {
    call.notes().asksFor(1, 0, !filter.equals(EVERY_ROW));
    try (CollectionView view = call.collection().view(Map.of())) {
      call.seen(view.position());
      long started = System.nanoTime();
      long count = view.count(filter, call.cancelled());
      call.notes().scanned(Duration.ofNanos(System.nanoTime() - started), count);
      return call.answer(json -> {
        json.writeStartObject();
        json.writeNumberProperty("count", count);
        json.writeEndObject();
      });
    }
  }
}
