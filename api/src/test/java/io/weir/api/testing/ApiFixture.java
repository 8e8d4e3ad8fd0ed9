package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedControl;
import io.weir.api.FeedStatus;
import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server on a free loopback port, over a real store in a folder, with one collection {@code docs}
 * of three dimensions under cosine.
 */
public final class ApiFixture implements AutoCloseable {

  /** No exchange of a test takes longer. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final JsonMapper JSON = new JsonMapper();
  private static final long RETRY_MILLIS = 20;

  /** The store that is served. */
  public final HookedStore store;

  /** The registry that is shown. */
  public final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** The server. */
  public final ApiServer server;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private ApiFixture(
      HookedStore store,
      ApiSettings settings,
      FeedStatus feeds,
      FeedControl control,
      OpenTelemetry telemetry)
      throws IOException {
    this.store = store;
    store.declare("docs", new VectorSchema(3, Metric.COSINE));
    this.server = ApiServer.start(settings, store, feeds, control, meters, telemetry);
  }

  /** Starts with default settings, but for a deadline that no test means to pass, without feeds. */
  public static ApiFixture start(Path directory) throws IOException {
    return start(directory, UnaryOperator.identity(), FeedStatus.none());
  }

  /** Starts with other settings. */
  public static ApiFixture start(
      Path directory, UnaryOperator<ApiSettings> change, FeedStatus feeds) throws IOException {
    return start(directory, change, feeds, FeedControl.none());
  }

  /** Starts with feeds that take orders. */
  public static ApiFixture start(
      Path directory, UnaryOperator<ApiSettings> change, FeedStatus feeds, FeedControl control)
      throws IOException {
    return start(directory, change, feeds, control, OpenTelemetry.noop());
  }

  /** Starts with something that makes spans. */
  public static ApiFixture start(
      Path directory, UnaryOperator<ApiSettings> change, OpenTelemetry telemetry)
      throws IOException {
    return start(directory, change, FeedStatus.none(), FeedControl.none(), telemetry);
  }

  /** Starts over a store with options of its own. */
  public static ApiFixture start(
      Path directory, UnaryOperator<ApiSettings> change, StoreOptions options) throws IOException {
    return start(
        directory, change, FeedStatus.none(), FeedControl.none(), OpenTelemetry.noop(), options);
  }

  private static ApiFixture start(
      Path directory,
      UnaryOperator<ApiSettings> change,
      FeedStatus feeds,
      FeedControl control,
      OpenTelemetry telemetry)
      throws IOException {
    return start(directory, change, feeds, control, telemetry, StoreOptions.defaults());
  }

  private static ApiFixture start(
      Path directory,
      UnaryOperator<ApiSettings> change,
      FeedStatus feeds,
      FeedControl control,
      OpenTelemetry telemetry,
      StoreOptions options)
      throws IOException {
    ApiSettings settings =
        change.apply(ApiSettings.defaults().withAddress("127.0.0.1", 0).withDeadline(PATIENCE));
    HookedStore store = new HookedStore(VectorStore.open(directory, options));
    try {
      return new ApiFixture(store, settings, feeds, control, telemetry);
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Puts a row into partition 0 of {@code docs}, at the next offset. */
  public void put(String key, String payload, float... vector) throws IOException {
    put("docs", 0, key, payload, vector);
  }

  /**
   * Puts a row at a partition's next offset; its timestamp is 1,000 milliseconds and the offset.
   */
  public void put(String collection, int partition, String key, String payload, float... vector)
      throws IOException {
    put(store.collection(collection).orElseThrow().shard(partition), key, payload, vector);
  }

  /**
   * Has a shard take the place of partition 0 of {@code docs} that has these rows only, all of them
   * in the direction of 1, 0, 0.
   */
  public void makeAnew(String... keys) throws Exception {
    VectorCollection docs = store.collection("docs").orElseThrow();
    Shard successor = docs.successor(0);
    for (String key : keys) {
      put(successor, key, "", 1, 0, 0);
    }
    docs.promote(0).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static void put(Shard shard, String key, String payload, float... vector) {
    long offset = shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
    AppendResult result =
        shard.append(
            new VectorRecord.Upsert(
                offset,
                1_000 + offset,
                MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8)),
                MemorySegment.ofArray(float32(vector)),
                MemorySegment.ofArray(payload.getBytes(StandardCharsets.UTF_8))),
            SourcePosition.UNKNOWN_EPOCH);
    assertEquals(new AppendResult.Appended(), result);
  }

  /** Returns a vector as little-endian float32. */
  public static byte[] float32(float... vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  /** The address of a path. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  /** Gets a path. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  /** Posts JSON to a path. */
  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return post(path, "application/json", BodyPublishers.ofString(json));
  }

  /** Posts a body to a path. */
  public HttpResponse<String> post(String path, String contentType, BodyPublisher body)
      throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).header("Content-Type", contentType).POST(body));
  }

  /** Searches {@code docs}. */
  public HttpResponse<String> search(String json) throws IOException, InterruptedException {
    return post("/v1/collections/docs/search", json);
  }

  /** Sends any request; the answer must be one that the contract describes. */
  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    if (response.headers().firstValue("Content-Encoding").isEmpty()) {
      Contract.SERVED.check(
          response.request().method(),
          Objects.requireNonNull(response.request().uri().getRawPath()),
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.body());
    }
    return response;
  }

  /**
   * Sends a request, and again where it is refused for now: whoever sends hundreds at once has to.
   */
  public CompletableFuture<HttpResponse<String>> sendUntilAccepted(HttpRequest request) {
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .thenCompose(response ->
            response.statusCode() == 503
                ? CompletableFuture.supplyAsync(
                        () -> request,
                        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS))
                    .thenCompose(this::sendUntilAccepted)
                : CompletableFuture.completedFuture(response));
  }

  /** The client. */
  public HttpClient client() {
    return client;
  }

  /** Reads an answer that must be 200 and JSON. */
  public static JsonNode json(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response::body);
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse(""));
    return JSON.readTree(response.body());
  }

  /** Reads an answer that must be a problem document of this type and status. */
  public static JsonNode problem(HttpResponse<String> response, int status, String type) {
    assertEquals(status, response.statusCode(), response::body);
    assertEquals(
        "application/problem+json", response.headers().firstValue("Content-Type").orElse(""));
    return problem(response.body(), status, type);
  }

  /** Reads a problem document. */
  public static JsonNode problem(String body, int status, String type) {
    JsonNode problem = JSON.readTree(body);
    assertEquals("/problems/" + type, problem.path("type").asString(), body);
    assertEquals(status, problem.path("status").asInt(), body);
    assertTrue(!problem.path("title").asString().isBlank(), body);
    assertTrue(!problem.path("detail").asString().isBlank(), body);
    assertTrue(problem.path("instance").isString(), body);
    assertTrue(!body.contains("\tat ") && !body.contains("java."), body);
    return problem;
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
    store.close();
  }
}
