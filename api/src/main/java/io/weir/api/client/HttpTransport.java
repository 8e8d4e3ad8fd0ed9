package io.weir.api.client;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.weir.api.client.WeirUnavailableException.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.netty.ByteBufFlux;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.internal.shaded.reactor.pool.PoolShutdownException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import tools.jackson.core.JacksonException;

/**
 * Sends requests and hands answers on: one pool of connections, the event loops under it, and the
 * rules of attempts and deadlines.
 *
 * <p>Owns pool and loops; {@link #close} ends them and whatever still goes on.
 *
 * <p><b>Threads:</b> any; signals come on the event loops, those of deadlines on Reactor's timer.
 */
final class HttpTransport implements AutoCloseable {

  private static final String NAME = "weir-client";
  private static final int MAX_EVENT_LOOPS = 4;

  /** Less than the 15 seconds after which the server closes one that is idle. */
  private static final Duration MAX_IDLE = Duration.ofSeconds(10);

  /** Calls that wait for a connection. */
  private static final int MAX_WAITING = 1_000;

  /** The deadline of a call ends its wait long before. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(24);

  /** Three times the silence after which the server gives a sign of life. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(45);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final String server;
  private final ConnectionProvider pool;
  private final LoopResources loops;
  private final HttpClient http;
  private volatile boolean closed;

  /** Connects to nothing yet. */
  HttpTransport(WeirClientBuilder settings) {
    this.server = settings.server();
    this.pool =
        ConnectionProvider.builder(NAME)
            .maxConnections(settings.connections())
            .pendingAcquireMaxCount(MAX_WAITING)
            .pendingAcquireTimeout(LONGEST_WAIT)
            .maxIdleTime(MAX_IDLE)
            .build();
    this.loops =
        LoopResources.create(
            NAME, Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors()), true);
    HttpClient plain =
        HttpClient.create(pool)
            .runOn(loops)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()))
            .compress(settings.compression())
            // What is tried again is decided here, and only here.
            .disableRetry(true)
            .headers(headers -> {
              headers.set(HttpHeaderNames.USER_AGENT, NAME);
              settings
                  .apiKey()
                  .ifPresent(key -> headers.set(HttpHeaderNames.AUTHORIZATION, "Bearer " + key));
            });
    this.http = settings.secured(plain);
  }

  /** How often and how long a call is tried. */
  record Terms(Duration deadline, Retries retries) {}

  /** The server, in messages. */
  String server() {
    return server;
  }

  /**
   * Returns what an answer of status 200 says.
   *
   * @param reader reads the body
   */
  <T> Mono<T> call(ApiRequest request, Terms terms, Function<byte[], T> reader) {
    return answer(request, terms, ApiAnswer.OK, answer -> reader.apply(answer.body()));
  }

  /**
   * Returns what an answer says.
   *
   * @param also a status that the reader understands beside 200
   */
  <T> Mono<T> answer(ApiRequest request, Terms terms, int also, Function<ApiAnswer, T> reader) {
    return Mono.defer(() -> {
      Attempts attempts = Attempts.of(terms.retries(), terms.deadline(), request.repeatable());
      return exchange(request, (response, body) -> whole(response, body, also, reader))
          .singleOrEmpty()
          .onErrorMap(this::explained)
          .retryWhen(attempts)
          .timeout(terms.deadline(), Mono.error(() -> attempts.deadlinePassed(server)));
    });
  }

  /**
   * Returns the rows of an answer that comes in pieces. The deadline holds for its first piece, and
   * for each that is asked for; attempts are made until its head is there.
   *
   * <p><b>Demand:</b> a piece is read from the connection when the rows of the one before have been
   * taken.
   *
   * @param decoder makes rows of the pieces of one answer
   * @param begun is told which position they are of, before the first
   */
  Flux<Row> rows(
      ApiRequest request, Terms terms, Supplier<PieceDecoder<Row>> decoder, Consumer<Seen> begun) {
    return Flux.defer(() -> {
      Attempts attempts = Attempts.of(terms.retries(), terms.deadline(), request.repeatable());
      return pieces(request, terms.deadline(), attempts, decoder, begun)
          .onErrorMap(this::explained)
          .retryWhen(attempts)
          .transform(rows -> limited(rows, terms, attempts));
    });
  }

  /**
   * Returns what the events of an answer mean that goes on, whatever becomes of its connection. The
   * deadline holds for the head of each answer.
   *
   * <p><b>Demand:</b> as of {@link #rows}.
   *
   * @param request what is sent next
   * @param reader hands on what an event means; what it throws ends the connection
   */
  <T> Flux<T> events(
      Supplier<ApiRequest> request,
      Terms terms,
      BiConsumer<ServerEvent, SynchronousSink<T>> reader) {
    return Flux.defer(() -> {
      Attempts attempts = Attempts.resuming(terms.retries(), terms.deadline());
      return Flux.defer(
              () -> {
                attempts.asking();
                return this.<ServerEvent>pieces(
                        request.get(), LONGEST_SILENCE, attempts, EventDecoder::new, _ -> {})
                    .handle(reader)
                    .concatWith(Mono.error(() -> lost(new EOFException("the events ended"))))
                    .transform(events -> limited(events, terms, attempts));
              })
          .onErrorMap(this::explained)
          .retryWhen(attempts);
    });
  }

  /** What is made of the pieces of one answer. */
  private <T> Flux<T> pieces(
      ApiRequest request,
      Duration longestSilence,
      Attempts attempts,
      Supplier<PieceDecoder<T>> decoder,
      Consumer<Seen> begun) {
    return Flux.defer(() -> {
      PieceDecoder<T> made = decoder.get();
      StallGuard guard = new StallGuard(longestSilence, () -> attempts.deadlinePassed(server));
      Flux<byte[]> pieces =
          exchange(
              request,
              (response, body) -> {
                if (response.status().code() != ApiAnswer.OK) {
                  return whole(response, body, ApiAnswer.OK, HttpTransport::refused);
                }
                attempts.answering();
                begun.accept(head(response).seen());
                return guard.watched(body.asByteArray());
              });
      // Whatever fails from here on cancels the exchange, which closes its connection.
      return guard
          .limited(pieces)
          .concatMapIterable(made::decode, 1)
          .concatWith(Mono.fromRunnable(made::end));
    });
  }

  private static byte[] refused(ApiAnswer answer) {
    throw answer.problem();
  }

  /** Fails when no head of an answer comes in time; what comes behind it has its own limits. */
  private <T> Flux<T> limited(Flux<T> answer, Terms terms, Attempts attempts) {
    Mono<WeirException> tooLate =
        Mono.delay(terms.deadline())
            .flatMap(_ ->
                attempts.isAnswering() ? Mono.never() : Mono.just(attempts.deadlinePassed(server)));
    return CutOff.when(tooLate, answer);
  }

  /** What is made of an answer. */
  @FunctionalInterface
  private interface Receiver<T> {

    /** Reads the body, on the event loop. */
    Publisher<T> receive(HttpClientResponse response, ByteBufFlux body);
  }

  private <T> Flux<T> exchange(ApiRequest request, Receiver<T> receiver) {
    if (closed) {
      return Flux.error(new IllegalStateException("the client is closed"));
    }
    HttpClient.RequestSender sender =
        http.headers(headers -> describe(request, headers))
            .request(HttpMethod.valueOf(request.method()))
            .uri(URI.create(server + request.target()));
    HttpClient.ResponseReceiver<?> sent =
        request.contentType() == null
            ? sender
            : sender.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(request.body())));
    return sent.response(receiver::receive);
  }

  private static void describe(ApiRequest request, HttpHeaders headers) {
    headers.set(HttpHeaderNames.ACCEPT, request.accept());
    String contentType = request.contentType();
    if (contentType != null) {
      headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
      headers.set(HttpHeaderNames.CONTENT_LENGTH, request.body().length);
    }
    request.headers().forEach(headers::set);
  }

  private ApiAnswer head(HttpClientResponse response) {
    HttpHeaders headers = response.responseHeaders();
    return ApiAnswer.head(server, response.status().code(), headers::get);
  }

  private <T> Mono<T> whole(
      HttpClientResponse response, ByteBufFlux body, int also, Function<ApiAnswer, T> reader) {
    int status = response.status().code();
    HttpHeaders headers = response.responseHeaders();
    return body.asByteArray()
        .collect(AnswerBytes::new, AnswerBytes::add)
        .map(bytes -> new ApiAnswer(server, status, headers::get, bytes.toArray()))
        .map(answer -> {
          if (status != ApiAnswer.OK && status != also) {
            throw answer.problem();
          }
          return reader.apply(answer);
        });
  }

  /** What a failure means to whoever called. */
  private Throwable explained(Throwable failure) {
    Throwable error = Exceptions.unwrap(failure);
    return switch (error) {
      case WeirException known -> known;
      case JacksonException unreadable -> unreadable(unreadable.getOriginalMessage(), unreadable);
      case UnreadableAnswer unreadable -> unreadable(unreadable.getMessage(), unreadable);
      case UnknownHostException unknown ->
          new WeirUnavailableException(
              Reason.NOT_CONNECTED, "the host of " + server + " is not known", unknown);
      case ConnectException refused -> nobody(refused);
      case NoRouteToHostException away -> nobody(away);
      case SSLException unsafe ->
          new WeirUnavailableException(
              Reason.NOT_SECURED,
              "there is no safe connection to " + server + ": " + unsafe.getMessage(),
              unsafe);
      case PoolAcquirePendingLimitException busy -> tooMany(busy);
      case PoolAcquireTimeoutException busy -> tooMany(busy);
      case IOException broken -> lost(broken);
      case AbortedException broken -> lost(broken);
      case PoolShutdownException ended -> lost(ended);
      case DecoderException unread ->
          unread.getCause() instanceof SSLException
              ? explained(unread.getCause())
              : unreadable(unread.getMessage(), unread);
      // Of Netty, where no HTTP comes back; and of our own values, where a number cannot be.
      case IllegalArgumentException unread -> unreadable(unread.getMessage(), unread);
      default -> error;
    };
  }

  private WeirUnavailableException lost(Throwable cause) {
    return new WeirUnavailableException(
        Reason.CONNECTION_LOST,
        "the connection to " + server + " broke: " + cause.getMessage(),
        cause);
  }

  private WeirFormatException unreadable(@Nullable String message, Throwable cause) {
    return new WeirFormatException(
        server
            + " answers with what cannot be read ("
            + message
            + "): it is no Weir, or one of another version",
        cause);
  }

  private WeirUnavailableException nobody(Throwable cause) {
    return new WeirUnavailableException(Reason.NOT_CONNECTED, "nobody answers at " + server, cause);
  }

  private static WeirUnavailableException tooMany(Throwable cause) {
    return new WeirUnavailableException(
        Reason.TOO_MANY_CALLS,
        "more than " + MAX_WAITING + " calls wait for a connection of this client",
        cause);
  }

  /** Returns at once; connections end, with what goes on over them. */
  @Override
  public void close() {
    closed = true;
    pool.disposeLater().then(loops.disposeLater(Duration.ZERO, CLOSE_LIMIT)).subscribe();
  }
}
