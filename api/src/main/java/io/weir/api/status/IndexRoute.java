package io.weir.api.status;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Says what this is and where to go from here. */
public final class IndexRoute {

  private final String version;
  private final Function<Request, Optional<Answer>> others;

  /**
   * Tells this version.
   *
   * @param others what clients of another API, which look here first, are told instead
   */
  public IndexRoute(String version, Function<Request, Optional<Answer>> others) {
    this.version = version;
    this.others = others;
  }

  /** The route. */
  public Route route() {
    return Route.get("/", this::index);
  }

  private Mono<Answer> index(Request request) {
    return Mono.fromSupplier(() -> others.apply(request).orElseGet(this::links));
  }

  private Answer links() {
    return Answer.json(json -> {
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
    });
  }
}
