package io.weir.deploy.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Searches one collection over HTTP.
 *
 * <p><b>Threads:</b> any; each search waits for its answer.
 */
final class SearchClient {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final int OK = 200;

  private final JsonMapper mapper = new JsonMapper();
  private final URI server;
  private final URI route;

  /**
   * Names what to search.
   *
   * @param server where Weir serves, such as {@code http://127.0.0.1:8080}
   * @throws DemoException if that, with the collection's name, is no HTTP address
   */
  SearchClient(URI server, String collection) throws DemoException {
    this.server = server;
    boolean http = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
    if (!http || server.getHost() == null) {
      throw new DemoException(server + " is no address of a server; http://127.0.0.1:8080 is one");
    }
    String base = server.toString().replaceAll("/+$", "");
    this.route =
        URI.create(base + "/v1/collections/" + DemoText.percentEncoded(collection) + "/search");
  }

  /**
   * A row that was found.
   *
   * @param module the {@code module} of its payload, or nothing
   */
  record Found(String key, float score, String module) {}

  /** Returns the nearest to a vector, best first. */
  List<Found> searchByVector(float[] vector, int k) throws IOException, InterruptedException {
    return search(
        k,
        json -> {
          json.writeArrayPropertyStart("vector");
          for (float component : vector) {
            json.writeNumber(component);
          }
          json.writeEndArray();
        });
  }

  /** Returns the nearest to a row's vector, best first: the row itself comes first. */
  List<Found> searchByKey(String key, int k) throws IOException, InterruptedException {
    return search(k, json -> json.writeStringProperty("key", key));
  }

  private List<Found> search(int k, Consumer<JsonGenerator> question)
      throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      question.accept(json);
      json.writeNumberProperty("k", k);
      json.writeEndObject();
    }
    HttpRequest request =
        HttpRequest.newBuilder(route)
            .timeout(ANSWER_LIMIT)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    HttpResponse<String> response = send(request);
    JsonNode answer = parse(response);
    if (response.statusCode() != OK) {
      throw new DemoException(
          server
              + " refuses the search ("
              + response.statusCode()
              + "): "
              + answer.path("detail").asString(response.body()));
    }
    return hits(answer);
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new DemoException(
          "nobody answers at " + server + "; is Weir running, and is this its --url?", e);
    } catch (HttpTimeoutException e) {
      throw new DemoException(server + " did not answer within " + ANSWER_LIMIT, e);
    }
  }

  private JsonNode parse(HttpResponse<String> response) throws DemoException {
    try {
      return mapper.readTree(response.body());
    } catch (JacksonException e) {
      throw new DemoException(
          server + " answers " + response.statusCode() + " without JSON: it is no Weir", e);
    }
  }

  private static List<Found> hits(JsonNode answer) {
    List<Found> found = new ArrayList<>();
    for (JsonNode hit : answer.path("hits")) {
      found.add(
          new Found(
              hit.path("key").asString(""),
              (float) hit.path("score").asDouble(0),
              hit.path("payload").path("module").asString("")));
    }
    return found;
  }
}
