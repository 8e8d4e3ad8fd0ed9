package io.weir.api.status;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import reactor.core.publisher.Mono;

/** Says what this is and where to go from here. */
public final class IndexRoute {

  private final String version;

  /** Tells this version. */
  public IndexRoute(String version) {
    this.version = version;
  }

  /** The route. */
  public Route route() {
    return Route.get("/", this::index);
  }

  private Mono<Answer> index(Request request) {
    return Mono.fromSupplier(() ->
        Answer.json(json -> {
          json.writeStartObject();
          json.writeStringProperty("name", "weir");
          json.writeStringProperty("version", version);
          json.writeObjectPropertyStart("links");
          json.writeStringProperty("collections", "/v1/collections");
          json.writeStringProperty("checkpoints", "/v1/checkpoints");
          json.writeStringProperty("stats", "/v1/stats");
          json.writeStringProperty("live", "/livez");
          json.writeStringProperty("ready", "/readyz");
          json.writeStringProperty("metrics", "/metrics");
          json.writeStringProperty("contract", "/openapi.yaml");
          json.writeEndObject();
          json.writeEndObject();
        }));
  }
}
