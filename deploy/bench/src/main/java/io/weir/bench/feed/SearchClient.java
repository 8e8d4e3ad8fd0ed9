package io.weir.bench.feed;

import io.weir.bench.http.HttpLoad;
import io.weir.bench.http.Requests;
import java.io.IOException;

/**
 * Asks a Weir over HTTP for the nearest row, on a connection that stays open.
 *
 * <p><b>Threads:</b> one.
 */
public final class SearchClient implements AutoCloseable {
  private final Requests requests = new Requests(WeirSettings.COLLECTION);
  private final HttpLoad load;

  /** Asks the Weir at a port of the loopback interface. */
  public SearchClient(int port) throws IOException {
    this.load = HttpLoad.open(port, 1);
  }

  /** Returns the request for the row that is nearest to a vector. */
  public byte[] nearest(float[] vector) {
    return requests.search(vector, 1);
  }

  /** Asks, and returns whether the answer has that key. */
  public boolean finds(byte[] request, String key) throws IOException {
    load.ask(request);
    return load.body().contains("\"key\":\"" + key + "\"");
  }

  @Override
  public void close() throws IOException {
    load.close();
  }
}
