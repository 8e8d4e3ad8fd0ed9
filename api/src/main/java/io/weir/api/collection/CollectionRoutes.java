package io.weir.api.collection;

import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.StoreJson;
import io.weir.api.work.WorkerPool;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Lists and describes collections. */
public final class CollectionRoutes {

  private final VectorStore store;
  private final Catalogue catalogue;
  private final WorkerPool reads;

  /** Reads on this pool. */
  public CollectionRoutes(VectorStore store, Catalogue catalogue, WorkerPool reads) {
    this.store = store;
    this.catalogue = catalogue;
    this.reads = reads;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/v1/collections", this::list),
        Route.get("/v1/collections/{collection}", this::describe));
  }

  private Mono<Answer> list(Request request) {
    return reads.run(_ -> {
      List<VectorCollection> collections = store.collections();
      Map<String, CollectionStats> figures = figures(collections);
      return Answer.json(json -> {
        json.writeStartObject();
        json.writeArrayPropertyStart("collections");
        for (VectorCollection collection : collections) {
          json.writeStartObject();
          head(json, collection, figures);
          json.writeNumberProperty("shards", collection.shards().size());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      });
    });
  }

  private Mono<Answer> describe(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    return reads.run(_ -> {
      Map<String, CollectionStats> figures = figures(List.of(collection));
      return Answer.json(json -> {
        json.writeStartObject();
        head(json, collection, figures);
        json.writeObjectPropertyStart("fields");
        collection
            .fields()
            .fields()
            .forEach(field -> json.writeStringProperty(field.name(), field.type().text()));
        json.writeEndObject();
        json.writeArrayPropertyStart("shards");
        for (ShardStats shard : shards(collection, figures)) {
          json.writeStartObject();
          json.writeNumberProperty("partition", shard.partition());
          json.writeNumberProperty("liveRows", shard.figures().rows().live());
          StoreJson.position(json, "applied", shard.applied());
          StoreJson.position(json, "durable", shard.durable());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      });
    });
  }

  /** Whoever asks for a collection wants to know how many rows it has, not at most how many. */
  private Map<String, CollectionStats> figures(List<VectorCollection> exact) throws IOException {
    for (VectorCollection collection : exact) {
      long _ = collection.liveRows();
    }
    StoreStats stats = store.stats();
    return stats.collections().stream()
        .collect(Collectors.toMap(CollectionStats::name, Function.identity()));
  }

  private static List<ShardStats> shards(
      VectorCollection collection, Map<String, CollectionStats> figures) {
    CollectionStats found = figures.get(collection.name());
    return found == null ? List.of() : found.shards();
  }

  /** A collection may have been declared after the figures were taken: then it has no rows yet. */
  private static void head(
      JsonGenerator json, VectorCollection collection, Map<String, CollectionStats> figures) {
    json.writeStringProperty("name", collection.name());
    json.writeNumberProperty("dimension", collection.schema().dimension());
    json.writeStringProperty(
        "metric", collection.schema().metric().name().toLowerCase(Locale.ROOT));
    json.writeNumberProperty(
        "liveRows",
        shards(collection, figures).stream()
            .mapToLong(shard -> shard.figures().rows().live())
            .sum());
  }
}
