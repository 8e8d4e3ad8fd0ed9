package io.weir.api.collection;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.StoreJson;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import reactor.core.publisher.Mono;

/** Answers what is stored under a key. */
public final class VectorRoute {

  private static final String WITH_VECTOR = "withVector";

  private final Catalogue catalogue;
  private final WorkerPool reads;

  /** Reads on this pool. */
  public VectorRoute(Catalogue catalogue, WorkerPool reads) {
    this.catalogue = catalogue;
    this.reads = reads;
  }

  /** The route. */
  public Route route() {
    return Route.get("/v1/collections/{collection}/vectors/{key}", this::get).with(WITH_VECTOR);
  }

  private Mono<Answer> get(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    String key = request.pathValue("key");
    boolean withVector = request.flag(WITH_VECTOR, true);
    return reads.run(_ -> answer(collection, key, withVector));
  }

  private static Answer answer(VectorCollection collection, String key, boolean withVector)
      throws IOException {
    StoredRow row = collection.get(key).orElseThrow(() -> Catalogue.unknownKey(collection, key));
    return Answer.json(json -> {
      json.writeStartObject();
      json.writeStringProperty("key", row.key());
      StoreJson.row(json, row, withVector, true);
      json.writeEndObject();
    });
  }
}
