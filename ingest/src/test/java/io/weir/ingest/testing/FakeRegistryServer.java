package io.weir.ingest.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** A schema registry on loopback; it answers what it is told to. */
public final class FakeRegistryServer implements AutoCloseable {
  private static final MockResponse UNKNOWN =
      response(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");

  private final MockWebServer server = new MockWebServer();
  private final Map<String, MockResponse> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile @Nullable String authorization;

  private FakeRegistryServer() {
    server.setDispatcher(
        new Dispatcher() {
          @Override
          public MockResponse dispatch(RecordedRequest request) {
            authorization = request.getHeaders().get("Authorization");
            asked.add(request.getTarget());
            return answers.getOrDefault(request.getTarget(), UNKNOWN);
          }
        });
  }

  /** Starts on a port, 0 for any free one. It knows nothing. */
  public static FakeRegistryServer start(int port) throws IOException {
    return start(port, Map.of());
  }

  /** Starts on a port and answers these paths, with these bodies, from the first request on. */
  public static FakeRegistryServer start(int port, Map<String, String> bodies) throws IOException {
    FakeRegistryServer registry = new FakeRegistryServer();
    bodies.forEach((path, body) -> registry.answer(path, 200, body));
    registry.server.start(InetAddress.getLoopbackAddress(), port);
    return registry;
  }

  /** Where it listens. */
  public int port() {
    return server.getPort();
  }

  /** Its address. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Answers a path; all others are answered as a registry does that knows nothing. */
  public void answer(String path, int status, String body) {
    answers.put(path, response(status, body));
  }

  /** The paths that were asked for. */
  public List<String> asked() {
    return asked;
  }

  /** What the latest request showed. */
  public @Nullable String authorization() {
    return authorization;
  }

  @Override
  public void close() {
    server.close();
  }

  private static MockResponse response(int status, String body) {
    return new MockResponse(
        status, Headers.of("Content-Type", "application/vnd.schemaregistry.v1+json"), body);
  }
}
