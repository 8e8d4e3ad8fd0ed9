package io.weir.api.client;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A server that answers what a test tells it to, in that order; the last goes on. */
final class FakeServer implements AutoCloseable {

  private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
  private final DisposableServer server;
  private volatile Reply last;

  /** The request lines that came. */
  final List<String> requests = new CopyOnWriteArrayList<>();

  /** The headers of the requests, a line each. */
  final List<String> headers = new CopyOnWriteArrayList<>();

  /** Exchanges whose connection is closed. */
  final AtomicInteger gone = new AtomicInteger();

  /** An answer, or none. */
  @FunctionalInterface
  interface Reply {

    /** Sends it. */
    Publisher<Void> send(HttpServerResponse response);
  }

  private FakeServer(Reply... inOrder) {
    replies.addAll(List.of(inOrder));
    last = inOrder[inOrder.length - 1];
    server = HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
  }

  static FakeServer answering(Reply... inOrder) {
    return new FakeServer(inOrder);
  }

  private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    requests.add(request.method() + " " + request.uri());
    request
        .requestHeaders()
        .forEach(header -> headers.add(header.getKey() + ": " + header.getValue()));
    request.withConnection(connection -> connection.onDispose(gone::incrementAndGet));
    Reply reply = replies.poll();
    return (reply == null ? last : reply).send(response);
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Answers a document. */
  static Reply json(int status, String body) {
    return response ->
        response
            .status(status)
            .header("Content-Type", status == 200 ? "application/json" : "application/problem+json")
            .sendString(Mono.just(body));
  }

  /** Refuses for now. */
  static Reply busy(int status, String retryAfter) {
    return response ->
        response
            .status(status)
            .header("Retry-After", retryAfter)
            .sendString(
                Mono.just(
                    "{\"type\":\"/problems/overloaded\",\"title\":\"t\",\"status\":"
                        + status
                        + ",\"detail\":\"too many\",\"instance\":\"/\"}"));
  }

  /** Closes the connection without an answer. */
  static Reply cut() {
    return response -> {
      response.withConnection(Connection::dispose);
      return Mono.never();
    };
  }

  /** Resets the connection without an answer. */
  static Reply reset() {
    return response -> {
      response.withConnection(connection -> {
        connection.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        connection.dispose();
      });
      return Mono.never();
    };
  }

  /** Begins a body of a length, and cuts it. */
  static Reply cutWithin(String contentType, String begin) {
    return response ->
        begun(
            response.header("Content-Type", contentType).header("Content-Length", "100000"),
            begin,
            Mono.delay(Duration.ofMillis(50)).then(Mono.error(new IllegalStateException("cut"))));
  }

  private static Publisher<Void> begun(
      HttpServerResponse response, String begin, Mono<String> further) {
    return response.send(
        Flux.concat(Mono.just(begin), further)
            .map(text -> Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
        _ -> true);
  }

  /** Never answers. */
  static Reply stall() {
    return _ -> Mono.never();
  }

  /** Begins a body, and then nothing comes. */
  static Reply stallWithin(String contentType, String begin) {
    return response -> begun(response.header("Content-Type", contentType), begin, Mono.never());
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(30));
  }
}
