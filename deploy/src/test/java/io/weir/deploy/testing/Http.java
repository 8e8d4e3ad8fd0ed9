package io.weir.deploy.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a Weir over HTTP, each request with a bound. */
public final class Http {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(LIMIT).version(HttpClient.Version.HTTP_1_1).build();

  private final URI root;

  /** Asks the server at this address. */
  public Http(InetSocketAddress address) {
    this(address.getPort());
  }

  /** Asks the server at this port of the loopback interface. */
  public Http(int port) {
    this.root = URI.create("http://127.0.0.1:" + port);
  }

  /** Returns the port that is asked. */
  public int port() {
    return root.getPort();
  }

  /** Gets a path and returns the answer, whatever its status. */
  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(root.resolve(path)).GET());
  }

  /** Posts JSON to a path and returns the answer, whatever its status. */
  public HttpResponse<String> post(String path, String json)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(root.resolve(path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Posts JSON to a path and returns the answer's body, to be read while it is sent. */
  public InputStream open(String path, String json) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(root.resolve(path))
            .header("content-type", "application/json")
            .timeout(LIMIT)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    return CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
  }
}
