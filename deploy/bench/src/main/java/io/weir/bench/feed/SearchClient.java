package io.weir.bench.feed;

import io.weir.bench.http.Requests;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks a Weir over HTTP for the nearest row, on a connection that stays open. */
public final class SearchClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(LIMIT).version(HttpClient.Version.HTTP_1_1).build();
  private final URI search;

  /** Asks the Weir at a port of the loopback interface. */
  public SearchClient(int port) {
    this.search =
        URI.create(
            "http://127.0.0.1:" + port + "/v1/collections/" + WeirSettings.COLLECTION + "/search");
  }

  /** Returns the request for the row that is nearest to a vector. */
  public HttpRequest nearest(float[] vector) {
    return HttpRequest.newBuilder(search)
        .timeout(LIMIT)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(Requests.searchBody(vector, 1)))
        .build();
  }

  /** Asks, and returns whether the answer has that key. */
  public boolean finds(HttpRequest request, String key) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != OK) {
      throw new IOException("a search was answered with " + answer.statusCode() + answer.body());
    }
    return answer.body().contains("\"key\":\"" + key + "\"");
  }

  @Override
  public void close() {
    client.close();
  }
}
