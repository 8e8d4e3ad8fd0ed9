package io.weir.api.status;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.api.FeedStatus;
import io.weir.api.FeedStatus.Feed;
import io.weir.api.FeedStatus.Readiness;
import io.weir.api.http.Answer;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.StoreJson;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Liveness and readiness. Both are answered on the event loop, from memory: they hold under load,
 * when every pool is busy.
 */
public final class HealthRoutes {

  private final FeedStatus feeds;
  private volatile boolean stopping;

  /** Asks these feeds; readiness is a gauge, too. */
  public HealthRoutes(FeedStatus feeds, MeterRegistry meters) {
    this.feeds = feeds;
    Gauge.builder("weir.ready", this, routes -> routes.isReady() ? 1 : 0)
        .description("1 while /readyz answers 200")
        .register(meters);
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/livez", this::live).open(), Route.get("/readyz", this::ready).open());
  }

  /** From now on the server is not ready. */
  public void stopping() {
    stopping = true;
  }

  private boolean isReady() {
    return !stopping && feeds.readiness() instanceof Readiness.Ready;
  }

  private Mono<Answer> live(Request request) {
    return Mono.fromSupplier(() -> status("live"));
  }

  private Mono<Answer> ready(Request request) {
    return Mono.fromSupplier(() -> {
      if (stopping) {
        throw Problem.of(ProblemType.STOPPING, "the server is about to stop").toException();
      }
      return switch (feeds.readiness()) {
        case Readiness.Ready() -> readyDespite(feeds.feeds());
        case Readiness.Waiting(String reason) ->
            throw Problem.of(ProblemType.NOT_READY, reason).toException();
      };
    });
  }

  /** Ready is not without trouble: a shard that has stopped still answers from what it has. */
  private static Answer readyDespite(List<Feed> all) {
    List<Feed> troubled = all.stream().filter(Feed::trouble).toList();
    return Answer.json(json -> {
      json.writeStartObject();
      json.writeStringProperty("status", "ready");
      json.writeArrayPropertyStart("trouble");
      for (Feed feed : troubled) {
        json.writeStartObject();
        json.writeStringProperty("collection", feed.collection());
        json.writeNumberProperty("partition", feed.partition());
        json.writeStringProperty("state", feed.state());
        StoreJson.text(json, "detail", feed.detail());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static Answer status(String status) {
    return Answer.json(json -> {
      json.writeStartObject();
      json.writeStringProperty("status", status);
      json.writeEndObject();
    });
  }
}
