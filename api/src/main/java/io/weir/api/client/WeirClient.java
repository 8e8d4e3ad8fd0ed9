package io.weir.api.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A client of one Weir.
 *
 * <pre>{@code
 * try (WeirClient weir = WeirClient.builder("http://127.0.0.1:8080").build()) {
 *   CollectionClient docs = weir.collection("docs");
 *   SearchAnswer near = docs.search(Search.vector(1, 0, 0).k(5)).block();
 * }
 * }</pre>
 *
 * <p>A call begins with the subscription to what a method returns. It is tried again where that is
 * safe ({@link Retries}) until its deadline; cancelling it closes its exchange.
 *
 * <p>Owns a pool of connections and some event loops: have one for a server, and close it.
 *
 * <p><b>Errors:</b> of calls, a {@link WeirException}; after {@link #close}, an
 * IllegalStateException.
 *
 * <p><b>Threads:</b> any. Signals come on the client's event loops: {@code block()} there fails.
 */
public final class WeirClient implements AutoCloseable {

  /** Where Weir serves unless it is told otherwise. */
  public static final URI DEFAULT_URL = URI.create("http://127.0.0.1:8080");

  private static final int UNAVAILABLE = 503;

  private final HttpTransport transport;
  private final HttpTransport.Terms terms;

  WeirClient(HttpTransport transport, HttpTransport.Terms terms) {
    this.transport = transport;
    this.terms = terms;
  }

  /**
   * Begins to build a client.
   *
   * @param server such as {@code https://weir.example:8443}
   * @throws IllegalArgumentException if that is no address of a server
   */
  public static WeirClientBuilder builder(String server) {
    return builder(URI.create(server));
  }

  /**
   * Begins to build a client.
   *
   * @param server such as {@link #DEFAULT_URL}
   * @throws IllegalArgumentException if that is no address of a server
   */
  public static WeirClientBuilder builder(URI server) {
    return WeirClientBuilder.of(server);
  }

  /** Returns a name or a key as it can stand in a path of the API. */
  public static String pathSegment(String name) {
    return Target.segment(name);
  }

  /** Returns this client, with its connections, for calls with another deadline. */
  public WeirClient withDeadline(Duration longest) {
    Duration deadline = WeirClientBuilder.positive("deadline", longest);
    return new WeirClient(transport, new HttpTransport.Terms(deadline, terms.retries()));
  }

  /** Returns this client, with its connections, for calls with other retries. */
  public WeirClient withRetries(Retries others) {
    return new WeirClient(transport, new HttpTransport.Terms(terms.deadline(), others));
  }

  /** One of its collections, which need not be there yet. */
  public CollectionClient collection(String name) {
    return new CollectionClient(transport, terms, name);
  }

  /** All collections, in the order of their names. */
  public Mono<List<CollectionSummary>> collections() {
    return get(
        "/v1/collections",
        json ->
            json.objects("collections").stream()
                .map(one ->
                    new CollectionSummary(
                        one.text("name"),
                        one.integer("dimension"),
                        Metric.of(one.text("metric")),
                        one.whole("liveRows"),
                        one.integer("shards")))
                .toList());
  }

  /** All figures of store, feeds and process, taken when asked. */
  public Mono<Stats> stats() {
    return get("/v1/stats", StatsJson::read);
  }

  /** Completes when the process answers. */
  public Mono<Void> live() {
    return get("/livez", json -> json.text("status")).then();
  }

  /** Whether answers cover everything that they should. */
  public Mono<Readiness> readiness() {
    return transport.answer(ApiRequest.get("/readyz"), terms, UNAVAILABLE, Readiness::of);
  }

  /**
   * Runs a checkpoint: everything that is visible now is durable then. It goes on when the deadline
   * passes; give it time with {@link #withDeadline}.
   *
   * <p>Is tried again when a connection breaks: a second checkpoint does no harm.
   */
  public Mono<CheckpointReport> checkpoint() {
    ApiRequest request =
        ApiRequest.read("/v1/checkpoints", ApiRequest.JSON, RequestJson.object(_ -> {}));
    return transport.call(request, terms, body -> CheckpointReport.of(JsonObject.read(body)));
  }

  /** When checkpoints ran and will run. */
  public Mono<CheckpointHistory> checkpoints() {
    return get("/v1/checkpoints", CheckpointHistory::of);
  }

  private <T> Mono<T> get(String path, Function<JsonObject, T> reader) {
    return transport.call(ApiRequest.get(path), terms, body -> reader.apply(JsonObject.read(body)));
  }

  /** Ends connections and the calls that go on over them, also of those with other terms. */
  @Override
  public void close() {
    transport.close();
  }

  @Override
  public String toString() {
    return "client of " + transport.server();
  }
}
