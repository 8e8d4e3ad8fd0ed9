package io.weir.api.qdrant;

import io.weir.api.FeedStatus;
import io.weir.api.collection.Catalogue;
import io.weir.api.http.Answer;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.StoreJson;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Metric;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Mono;
import tools.jackson.core.JsonGenerator;

/** Lists and describes collections. What Qdrant would build and Weir does not have is zero. */
final class InfoRoutes {

  /** Clients want a number; what holds is the schedule of checkpoints. */
  private static final int FLUSH_SECONDS = 5;

  private final String version;
  private final VectorStore store;
  private final Catalogue catalogue;
  private final FeedStatus feeds;
  private final WorkerPool lookups;

  InfoRoutes(
      String version,
      VectorStore store,
      Catalogue catalogue,
      FeedStatus feeds,
      WorkerPool lookups) {
    this.version = version;
    this.store = store;
    this.catalogue = catalogue;
    this.feeds = feeds;
    this.lookups = lookups;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/collections", this::list),
        Route.get("/collections/{collection}", this::describe),
        Route.get("/collections/{collection}/exists", this::exists),
        Route.get("/telemetry", this::telemetry).with("anonymize", "details_level", "timeout"));
  }

  private Mono<Answer> list(Request request) {
    return Mono.fromSupplier(() ->
        Envelope.of(
            System.nanoTime(),
            json -> {
              json.writeStartObject();
              json.writeArrayPropertyStart("collections");
              for (VectorCollection collection : store.collections()) {
                json.writeStartObject();
                json.writeStringProperty("name", collection.name());
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeEndObject();
            }));
  }

  private Mono<Answer> exists(Request request) {
    String name = request.pathValue("collection");
    return Mono.fromSupplier(() ->
        Envelope.of(
            System.nanoTime(),
            json -> {
              json.writeStartObject();
              json.writeBooleanProperty("exists", store.collection(name).isPresent());
              json.writeEndObject();
            }));
  }

  private Mono<Answer> telemetry(Request request) {
    return Mono.fromSupplier(() ->
        Envelope.of(
            System.nanoTime(),
            json -> {
              json.writeStartObject();
              json.writeStringProperty("id", "weir");
              json.writeObjectPropertyStart("app");
              json.writeStringProperty("name", "weir");
              json.writeStringProperty("version", version);
              json.writeEndObject();
              json.writeObjectPropertyStart("collections");
              json.writeNumberProperty("number_of_collections", store.collections().size());
              json.writeEndObject();
              json.writeEndObject();
            }));
  }

  private Mono<Answer> describe(Request request) {
    VectorCollection collection = catalogue.collection(request.pathValue("collection"));
    long started = System.nanoTime();
    return lookups.run(_ -> {
      long rows = collection.liveRows();
      return Envelope.of(started, json -> describe(json, collection, rows));
    });
  }

  private void describe(JsonGenerator json, VectorCollection collection, long rows) {
    int shards = collection.shards().size();
    json.writeStartObject();
    json.writeStringProperty("status", isInTrouble(collection) ? "yellow" : "green");
    json.writeStringProperty("optimizer_status", "ok");
    json.writeNumberProperty("points_count", rows);
    json.writeNumberProperty("indexed_vectors_count", 0);
    json.writeNumberProperty("segments_count", shards);
    json.writeObjectPropertyStart("config");
    params(json, collection, shards);
    hnsw(json);
    optimizer(json, shards);
    metadata(json, collection);
    json.writeEndObject();
    json.writeObjectPropertyStart("payload_schema");
    json.writeEndObject();
    json.writeEndObject();
  }

  private boolean isInTrouble(VectorCollection collection) {
    return feeds.feeds().stream()
        .anyMatch(feed -> feed.trouble() && feed.collection().equals(collection.name()));
  }

  private static void params(JsonGenerator json, VectorCollection collection, int shards) {
    json.writeObjectPropertyStart("params");
    json.writeObjectPropertyStart("vectors");
    json.writeNumberProperty("size", collection.schema().dimension());
    json.writeStringProperty("distance", distance(collection.schema().metric()));
    json.writeEndObject();
    json.writeNumberProperty("shard_number", shards);
    json.writeNumberProperty("replication_factor", 1);
    json.writeNumberProperty("write_consistency_factor", 1);
    json.writeBooleanProperty("on_disk_payload", true);
    json.writeEndObject();
  }

  private static String distance(Metric metric) {
    return switch (metric) {
      case COSINE -> "Cosine";
      case DOT -> "Dot";
      case EUCLIDEAN -> "Euclid";
    };
  }

  private static void hnsw(JsonGenerator json) {
    json.writeObjectPropertyStart("hnsw_config");
    json.writeNumberProperty("m", 0);
    json.writeNumberProperty("ef_construct", 0);
    json.writeNumberProperty("full_scan_threshold", 0);
    json.writeEndObject();
  }

  private static void optimizer(JsonGenerator json, int shards) {
    json.writeObjectPropertyStart("optimizer_config");
    json.writeNumberProperty("deleted_threshold", 0.0);
    json.writeNumberProperty("vacuum_min_vector_number", 0);
    json.writeNumberProperty("default_segment_number", shards);
    json.writeNumberProperty("flush_interval_sec", FLUSH_SECONDS);
    json.writeEndObject();
  }

  /** The one place where clients that check documents take what they do not know. */
  private void metadata(JsonGenerator json, VectorCollection collection) {
    json.writeObjectPropertyStart("metadata");
    json.writeStringProperty("weir", version);
    Optional<String> topic = feeds.topic(collection.name());
    StoreJson.text(json, "topic", topic);
    json.writeObjectPropertyStart("fields");
    collection
        .fields()
        .fields()
        .forEach(field -> json.writeStringProperty(field.name(), field.type().text()));
    json.writeEndObject();
    json.writeEndObject();
  }
}
