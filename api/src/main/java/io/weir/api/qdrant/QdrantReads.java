package io.weir.api.qdrant;

import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.collection.Catalogue;
import io.weir.api.collection.GetMeters;
import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.PathFamily;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.http.WholeAnswer;
import io.weir.api.position.PositionWait;
import io.weir.api.search.SearchMeters;
import io.weir.api.work.WorkerPool;
import io.weir.storage.VectorStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * All reads in Qdrant's words.
 *
 * <p><b>Ownership:</b> borrows store, feeds and pools.
 */
public final class QdrantReads {

  /**
   * The version whose clients find what they need. Clients warn where their own is more than a
   * minor version away.
   */
  static final String SERVED_VERSION = "1.18.0";

  /** What Qdrant's clients say that they are; anyone else is shown Weir's own index. */
  private static final Pattern CLIENTS = Pattern.compile("(?:qdrant|python-client/).*");

  private static final String PLAIN_TEXT = "text/plain";

  private final QdrantPaths paths;
  private final List<Route> routes = new ArrayList<>();

  /**
   * Makes the routes.
   *
   * @param ids what keys are as ids of points
   * @param version of Weir
   * @param lookups where a few rows are read
   * @param scans where many rows are looked at
   */
  public QdrantReads(
      QdrantSettings.Ids ids,
      String version,
      VectorStore store,
      FeedStatus feeds,
      WorkerPool lookups,
      WorkerPool scans,
      PositionWait wait,
      SearchMeters searchMeters,
      GetMeters getMeters) {
    Catalogue catalogue = new Catalogue(store);
    PointReads reads = new PointReads(catalogue, feeds, lookups, scans, wait, new PointIds(ids));
    paths = new QdrantPaths(feeds);
    routes.addAll(new InfoRoutes(version, store, catalogue, feeds, lookups).routes());
    routes.addAll(new RetrieveRoutes(reads, getMeters).routes());
    routes.addAll(new QueryRoutes(reads, searchMeters).routes());
    routes.addAll(new BatchRoutes(reads, searchMeters).routes());
    routes.add(new ScrollRoute(reads).route());
    routes.add(new CountRoute(reads).route());
    routes.add(Route.get("/healthz", QdrantReads::health).producing(PLAIN_TEXT).open());
  }

  /** The routes. */
  public List<Route> routes() {
    return List.copyOf(routes);
  }

  /** What is said of everything else under Qdrant's paths. */
  public PathFamily paths() {
    return paths;
  }

  private static Mono<Answer> health(Request request) {
    return Mono.fromSupplier(() ->
        new WholeAnswer(
            200, PLAIN_TEXT, "healthz check passed".getBytes(StandardCharsets.UTF_8), Map.of()));
  }

  /**
   * What a client of Qdrant is told at {@code /}, where it looks for a version; nothing to others.
   */
  public static Optional<Answer> greeting(Request request) {
    if (!CLIENTS.matcher(request.userAgent().toLowerCase(Locale.ROOT)).matches()) {
      return Optional.empty();
    }
    byte[] body =
        JsonBody.of(json -> {
          json.writeStartObject();
          json.writeStringProperty("title", "Weir, with the reads of Qdrant");
          json.writeStringProperty("version", SERVED_VERSION);
          json.writeEndObject();
        });
    return Optional.of(new WholeAnswer(200, MediaTypes.JSON, body, Map.of("Vary", "User-Agent")));
  }
}
