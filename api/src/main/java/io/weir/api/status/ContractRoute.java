package io.weir.api.status;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.WholeAnswer;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Answers the description of this API. */
public final class ContractRoute {

  private static final String YAML = "application/yaml";

  private final byte[] document;

  /** Serves this document. */
  public ContractRoute(byte[] document) {
    this.document = document.clone();
  }

  /** The route. */
  public Route route() {
    return Route.get("/openapi.yaml", this::document).producing(YAML);
  }

  private Mono<Answer> document(Request request) {
    return Mono.fromSupplier(() -> new WholeAnswer(200, YAML, document, Map.of()));
  }
}
