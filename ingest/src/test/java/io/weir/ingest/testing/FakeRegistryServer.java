package io.weir.ingest.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A schema registry on loopback; it answers what it is told to. */
public final class FakeRegistryServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile @Nullable String authorization;

  /** What is answered to a path. */
  public record Answer(int status, String body) {}

  private FakeRegistryServer(HttpServer server) {
    this.server = server;
  }

  /** Starts on a port, 0 for any free one. */
  public static FakeRegistryServer start(int port) throws IOException {
    FakeRegistryServer registry =
        new FakeRegistryServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    registry.server.createContext("/", registry::answer);
    registry.server.setExecutor(registry.executor);
    registry.server.start();
    return registry;
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Its address. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** Answers a path; all others are answered as a registry does that knows nothing. */
  public void answer(String path, int status, String body) {
    answers.put(path, new Answer(status, body));
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
    server.stop(0);
    executor.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = Objects.requireNonNull(exchange.getRequestURI().getRawPath(), "a path");
    authorization = exchange.getRequestHeaders().getFirst("Authorization");
    asked.add(path);
    Answer answer =
        answers.getOrDefault(
            path, new Answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}"));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
