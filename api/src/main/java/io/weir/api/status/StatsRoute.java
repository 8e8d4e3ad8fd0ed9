package io.weir.api.status;

import io.weir.api.FeedStatus;
import io.weir.api.FeedStatus.Feed;
import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.view.HeldViews;
import io.weir.api.work.WorkerPool;
import io.weir.storage.StoreStats;
import io.weir.storage.VectorStore;
import java.util.List;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Answers all figures of store, feeds and process, taken when asked. */
public final class StatsRoute {

  private final VectorStore store;
  private final FeedStatus feeds;
  private final WorkerPool reads;
  private final HeldViews cursors;
  private final HeldViews exports;

  /** Reads on this pool. */
  public StatsRoute(
      VectorStore store, FeedStatus feeds, WorkerPool reads, HeldViews cursors, HeldViews exports) {
    this.store = store;
    this.feeds = feeds;
    this.reads = reads;
    this.cursors = cursors;
    this.exports = exports;
  }

  /** The route. */
  public Route route() {
    return Route.get("/v1/stats", this::stats);
  }

  private Mono<Answer> stats(Request request) {
    return reads.run(_ -> {
      StoreStats stats = store.stats();
      List<Feed> feedsNow = feeds.feeds();
      return Answer.json(json -> {
        json.writeStartObject();
        ProcessJson.write(json, stats.process());
        StatsJson.store(json, stats, store.recovery(), FeedsByShard.of(feedsNow));
        ScrubJson.write(json, store.scrubReport());
        WorkJson.write(json, store.totals(), store.checkpointTimes());
        held(json);
        json.writeEndObject();
      });
    });
  }

  /** Views that clients hold keep replaced rows and merged files on the disk. */
  private void held(JsonGenerator json) {
    json.writeObjectPropertyStart("views");
    json.writeNumberProperty("cursors", cursors.count());
    json.writeNumberProperty("exports", exports.count());
    json.writeEndObject();
  }
}
