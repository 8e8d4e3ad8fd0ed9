package io.weir.deploy.demo;

import io.weir.deploy.client.ClientException;
import io.weir.deploy.client.WeirConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * Searches one collection over HTTP.
 *
 * <p><b>Threads:</b> any; each search waits for its answer.
 */
final class SearchClient {

  private final URI server;
  private final String path;

  /**
   * Names what to search.
   *
   * @param server where Weir serves, such as {@code http://127.0.0.1:8080}
   */
  SearchClient(URI server, String collection) {
    this.server = server;
    this.path = "/v1/collections/" + WeirConnection.segment(collection) + "/search";
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

  /**
   * Searches.
   *
   * @throws ClientException if there is no answer, or one that says what was wrong
   */
  private List<Found> search(int k, Consumer<JsonGenerator> question)
      throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), body)) {
      json.writeStartObject();
      question.accept(json);
      json.writeNumberProperty("k", k);
      json.writeEndObject();
    }
    try (WeirConnection weir = new WeirConnection(server)) {
      return hits(weir.post(path, body.toByteArray()));
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
