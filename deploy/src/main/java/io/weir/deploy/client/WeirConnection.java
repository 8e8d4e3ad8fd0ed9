package io.weir.deploy.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A running Weir, as a command sees it: it answers JSON, or the user is told why not.
 *
 * <p><b>Threads:</b> any; each call waits for its answer.
 */
public final class WeirConnection implements AutoCloseable {

  /** Where Weir answers unless it is told otherwise. */
  public static final URI DEFAULT_URL = URI.create("http://127.0.0.1:8080");

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final int OK = 200;

  private final JsonMapper mapper = new JsonMapper();
  private final URI server;
  private final String base;
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).build();

  /**
   * Connects to nothing yet.
   *
   * @param server where Weir answers, such as {@link #DEFAULT_URL}
   * @throws ClientException if that is no HTTP address
   */
  public WeirConnection(URI server) throws ClientException {
    boolean http = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
    if (!http || server.getHost() == null) {
      throw new ClientException(server + " is no address of a server; " + DEFAULT_URL + " is one");
    }
    this.server = server;
    this.base = server.toString().replaceAll("/+$", "");
  }

  /** Returns a name as it can stand in a path. */
  public static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Gets a document.
   *
   * @param path the path, with its leading slash
   * @throws ClientException if there is no answer, or one that says what was wrong
   */
  public JsonNode get(String path) throws IOException, InterruptedException {
    return ask(request(path).GET().build());
  }

  /**
   * Posts a JSON document and returns the answer.
   *
   * @throws ClientException if there is no answer, or one that says what was wrong
   */
  public JsonNode post(String path, byte[] json) throws IOException, InterruptedException {
    BodyPublisher body = BodyPublishers.ofByteArray(json);
    return ask(request(path).header("content-type", "application/json").POST(body).build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER_LIMIT);
  }

  private JsonNode ask(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(request);
    JsonNode answer = parse(response);
    if (response.statusCode() != OK) {
      throw new ClientException(
          server
              + " refuses ("
              + response.statusCode()
              + "): "
              + answer.path("detail").asString("without a reason"));
    }
    return answer;
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new ClientException(
          "nobody answers at " + server + "; is Weir running, and is this its --url?", e);
    } catch (HttpTimeoutException e) {
      throw new ClientException(server + " did not answer within " + ANSWER_LIMIT, e);
    }
  }

  private JsonNode parse(HttpResponse<byte[]> response) throws ClientException {
    try {
      return mapper.readTree(response.body());
    } catch (JacksonException e) {
      throw new ClientException(
          server + " answers " + response.statusCode() + " without JSON: it is no Weir", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
