package io.weir.deploy.audit;

import io.weir.deploy.client.WeirConnection;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks one collection of a running Weir. Of a row it needs the very bytes, and that there is none
 * is an answer and no error; {@link WeirConnection} knows neither.
 *
 * <p><b>Threads:</b> any; each question waits for its answer.
 */
final class StoreClient implements Closeable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final int TRIES = 5;
  private static final long PAUSE_MILLIS = 200;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int SERVER_ERROR = 500;
  private static final int OVERLOADED = 503;

  private final URI server;
  private final String collection;
  private final String route;
  private final JsonMapper mapper = new JsonMapper();
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  /**
   * Names whom to ask.
   *
   * @throws AuditException if that is no HTTP address
   */
  StoreClient(URI server, String collection) throws AuditException {
    this.server = server;
    this.collection = collection;
    boolean known = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
    if (!known || server.getHost() == null) {
      throw new AuditException(
          server + " is no address of a server; " + WeirConnection.DEFAULT_URL + " is one");
    }
    this.route =
        server.toString().replaceAll("/+$", "")
            + "/v1/collections/"
            + WeirConnection.segment(collection);
  }

  /**
   * A collection at a moment.
   *
   * @param rows live rows by partition
   * @param applied position by partition: all records below have been dealt with
   */
  record Description(
      VectorSchema schema, SortedMap<Integer, Long> rows, SortedMap<Integer, Long> applied) {}

  Description describe() throws AuditException, InterruptedException {
    HttpResponse<byte[]> response = ask(route);
    JsonNode answer = parsed(response);
    if (response.statusCode() != OK) {
      throw new AuditException(
          server
              + " does not describe collection "
              + collection
              + " ("
              + response.statusCode()
              + "): "
              + answer.path("detail").asString(""));
    }
    SortedMap<Integer, Long> rows = new TreeMap<>();
    SortedMap<Integer, Long> applied = new TreeMap<>();
    for (JsonNode shard : answer.path("shards")) {
      int partition = shard.path("partition").asInt(-1);
      rows.put(partition, shard.path("liveRows").asLong(0));
      applied.put(partition, shard.path("applied").path("nextOffset").asLong(0));
    }
    return new Description(schema(answer), rows, applied);
  }

  private VectorSchema schema(JsonNode answer) throws AuditException {
    try {
      return new VectorSchema(
          answer.path("dimension").asInt(0),
          Metric.valueOf(answer.path("metric").asString("").toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new AuditException(server + " describes no collection: " + e.getMessage(), e);
    }
  }

  private JsonNode parsed(HttpResponse<byte[]> response) throws AuditException {
    try {
      return mapper.readTree(response.body());
    } catch (JacksonException e) {
      throw new AuditException(
          server + " answers " + response.statusCode() + " without JSON: it is no Weir", e);
    }
  }

  /** What the store says of a key. */
  sealed interface Lookup {

    /** The row. */
    record Found(StoredAnswer row) implements Lookup {}

    /** There is none. */
    record Absent() implements Lookup {}

    /** The store failed. */
    record Unreadable(String detail) implements Lookup {}
  }

  Lookup get(byte[] key) throws AuditException, InterruptedException {
    HttpResponse<byte[]> response =
        ask(route + "/vectors/" + WeirConnection.segment(new String(key, StandardCharsets.UTF_8)));
    return switch (response.statusCode()) {
      case OK -> new Lookup.Found(StoredAnswer.of(response.body()));
      case NOT_FOUND -> {
        JsonNode problem = parsed(response);
        if (!problem.path("type").asString("").endsWith("unknown-key")) {
          throw new AuditException(server + ": " + problem.path("detail").asString(""));
        }
        yield new Lookup.Absent();
      }
      default -> {
        if (response.statusCode() < SERVER_ERROR || response.statusCode() == OVERLOADED) {
          throw new AuditException(
              server
                  + " answers "
                  + response.statusCode()
                  + ": "
                  + new String(response.body(), StandardCharsets.UTF_8));
        }
        yield new Lookup.Unreadable(parsed(response).path("detail").asString(""));
      }
    };
  }

  /** Asks again after a pause where the server is busy or a connection broke. */
  private HttpResponse<byte[]> ask(String url) throws AuditException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(ANSWER_LIMIT).build();
    IOException broken = new IOException("it is busy");
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      try {
        HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != OVERLOADED) {
          return response;
        }
      } catch (ConnectException | HttpConnectTimeoutException e) {
        throw new AuditException(
            "nobody answers at " + server + "; is Weir running, and is this its --url?", e);
      } catch (IOException e) {
        broken = e;
      }
      Thread.sleep(PAUSE_MILLIS * attempt);
    }
    throw new AuditException(
        server + " did not answer " + TRIES + " times: " + broken.getMessage(), broken);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
