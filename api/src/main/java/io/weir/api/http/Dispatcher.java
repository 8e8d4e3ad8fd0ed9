package io.weir.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.weir.api.access.AccessControl;
import io.weir.api.access.Role;
import io.weir.api.observe.LogText;
import io.weir.api.observe.Observation;
import io.weir.api.observe.Observer;
import io.weir.api.observe.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Takes one request from its headers to its answer: finds the route, lets the handler answer, turns
 * failures into problem documents, writes the answer and times it.
 *
 * <p><b>Threads:</b> called on event loops; never waits.
 */
final class Dispatcher {

  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  /** As clients of Qdrant send it. */
  private static final String API_KEY = "api-key";

  private final Router router;
  private final HttpMeters meters;
  private final Observer observer;
  private final AccessControl access;
  private final HttpLimits limits;
  private final HeldBytes bodies;
  private final HeldBytes answers;
  private volatile boolean stopping;

  Dispatcher(
      Router router,
      AccessControl access,
      HttpMeters meters,
      Observer observer,
      HttpLimits limits) {
    this.router = router;
    this.access = access;
    this.meters = meters;
    this.observer = observer;
    this.limits = limits;
    this.bodies = new HeldBytes("bodies", limits.heldBodyBytes());
    this.answers = new HeldBytes("answers", limits.heldAnswerBytes());
    meters.held(bodies);
    meters.held(answers);
  }

  /** From now on every answer closes its connection. */
  void stopping() {
    stopping = true;
  }

  Publisher<Void> dispatch(HttpServerRequest in, HttpServerResponse out) {
    return Mono.defer(() -> {
      Exchange exchange = new Exchange(in, out);
      return exchange
          .answer()
          .onErrorResume(exchange::problem)
          .publishOn(loop(in))
          .flatMap(exchange::send)
          .doOnDiscard(StreamedAnswer.class, StreamedAnswer::release)
          .doFinally(_ -> exchange.measure());
    });
  }

  /** A request that the codec has answered by itself, for it could not be read. */
  void unreadable(Channel connection, int status, int bytes) {
    meters.answered(HttpMeters.UNREADABLE, HttpMeters.NO_ROUTE, Integer.toString(status), 0);
    Optional<String> client =
        Optional.ofNullable(connection.remoteAddress())
            .filter(InetSocketAddress.class::isInstance)
            .flatMap(address -> host((InetSocketAddress) address));
    observer.unreadable(client, status, bytes);
  }

  /** Numbers, not a name; a local socket has none. */
  private static Optional<String> host(@Nullable InetSocketAddress address) {
    return Optional.ofNullable(address)
        .map(InetSocketAddress::getAddress)
        .map(InetAddress::getHostAddress);
  }

  /** Answers come from any thread; a connection is written to on its own. */
  private static Scheduler loop(HttpServerRequest in) {
    AtomicReference<Scheduler> loop = new AtomicReference<>(Schedulers.immediate());
    in.withConnection(
        connection -> loop.set(Schedulers.fromExecutor(connection.channel().eventLoop())));
    return loop.get();
  }

  /** One request and what becomes of it. */
  private final class Exchange {
    private final HttpServerRequest in;
    private final HttpServerResponse out;
    private final RequestBody body;
    private final HeldBytes.Share held = answers.share();
    private volatile Optional<HeldBody> handedOver = Optional.empty();
    private final Observation observation;
    private final AtomicLong sentBytes = new AtomicLong();
    private final long startedNanos = System.nanoTime();
    private String path;
    private String route = HttpMeters.NO_ROUTE;
    private Optional<PathFamily> family = Optional.empty();
    private volatile Optional<Integer> status = Optional.empty();

    Exchange(HttpServerRequest in, HttpServerResponse out) {
      this.in = in;
      this.out = out;
      this.path = in.uri();
      this.body = new RequestBody(in, limits.maxBodyBytes(), limits.bodyTimeout(), bodies.share());
      this.observation = observer.begin(head());
      meters.begun();
    }

    private RequestHead head() {
      InetSocketAddress server = in.hostAddress();
      return new RequestHead(
          in.method().name(),
          RequestTarget.pathOf(in.uri()),
          in.version().majorVersion() + "." + in.version().minorVersion(),
          in.scheme(),
          host(in.remoteAddress()),
          host(server)
              .map(address ->
                  new RequestHead.Endpoint(address, server == null ? 0 : server.getPort())),
          in.requestHeaders()::getAll);
    }

    Mono<Answer> answer() {
      return Mono.defer(() -> {
        RequestTarget target = RequestTarget.parse(in.uri());
        path = target.path();
        family = router.family(target.segments());
        Router.Match match = router.find(in.method().name(), target.segments());
        admit(match);
        return switch (match) {
          case Router.Match.Found(Route found, Map<String, String> values) ->
              handle(found, values, target.parameters());
          case Router.Match.WrongMethod(String known, String allowed) -> {
            foundRoute(known);
            yield Mono.error(unserved(target, allowed).orElseGet(() -> wrongMethod(allowed)));
          }
          case Router.Match.Nothing() ->
              Mono.error(
                  unserved(target, "")
                      .orElseGet(() ->
                          Problem.of(
                                  ProblemType.UNKNOWN_ROUTE,
                                  "nothing is served under this path; GET / lists what is")
                              .toException()));
        };
      });
    }

    private Optional<ProblemException> unserved(RequestTarget target, String allowed) {
      return family.map(
          one -> one.unserved(in.method().name(), target.segments(), allowed).toException());
    }

    /** Before anything of the request is read, or told but that it needs a key. */
    private void admit(Router.Match match) {
      // What is not served is not told to everybody, either.
      Optional<Role> needed =
          match instanceof Router.Match.Found(Route route, var _)
              ? route.needed()
              : Optional.of(Role.READ);
      HttpHeaders headers = in.requestHeaders();
      AccessControl.Decision decision =
          access.decide(
              needed, headers.getAll(HttpHeaderNames.AUTHORIZATION), headers.getAll(API_KEY));
      switch (decision) {
        case AccessControl.Decision.Open() -> {}
        case AccessControl.Decision.Granted(String key) -> observation.key(key);
        case AccessControl.Decision.Unauthorized() -> throw Refusals.unauthorized();
        case AccessControl.Decision.Forbidden(String key, Role has, Role wanted) -> {
          observation.key(key);
          throw Refusals.forbidden(key, has, wanted);
        }
        case AccessControl.Decision.TooMany(String key) -> {
          observation.key(key);
          throw Refusals.tooMany(key);
        }
      }
    }

    private Mono<Answer> handle(
        Route found, Map<String, String> values, Map<String, String> parameters) {
      foundRoute(found.path().toString());
      for (String name : parameters.keySet()) {
        if (!found.parameters().contains(name)) {
          throw unknownParameter(name, found);
        }
      }
      HttpHeaders headers = in.requestHeaders();
      checkCoding(headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity"));
      String answerType =
          Preferences.of(String.join(",", headers.getAll(HttpHeaderNames.ACCEPT)))
              .best(found.produces())
              .orElseThrow(() -> notAcceptable(found));
      String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
      Mono<Answer> answer =
          found
              .handler()
              .handle(
                  new Request(
                      values,
                      parameters,
                      contentType,
                      answerType,
                      headers.get(HttpHeaderNames.USER_AGENT, ""),
                      body.bytes(),
                      observation,
                      name -> Optional.ofNullable(headers.get(name))));
      return isHead() || !Gzip.isAccepted(headers.get(HttpHeaderNames.ACCEPT_ENCODING))
          ? answer
          : answer.map(Gzip::encode);
    }

    private void foundRoute(String template) {
      route = template;
      observation.route(template);
    }

    private boolean isHead() {
      return in.method().equals(HttpMethod.HEAD);
    }

    private static void checkCoding(String coding) {
      if (!coding.equalsIgnoreCase("identity")) {
        throw Problem.of(
                ProblemType.UNSUPPORTED_CONTENT_TYPE,
                "the content encoding is '" + coding + "'; bodies are read as they are")
            .withHeader("Accept-Encoding", "identity")
            .toException();
      }
    }

    private static ProblemException notAcceptable(Route route) {
      return Problem.of(
              ProblemType.NOT_ACCEPTABLE,
              "this route answers in " + String.join(", ", route.produces()))
          .toException();
    }

    private ProblemException wrongMethod(String allowed) {
      return Problem.of(
              ProblemType.METHOD_NOT_ALLOWED,
              in.method().name() + " is not served under this path; allowed are " + allowed)
          .withHeader("Allow", allowed)
          .toException();
    }

    private static ProblemException unknownParameter(String name, Route route) {
      String allowed =
          route.parameters().isEmpty()
              ? "this route takes none"
              : "allowed are " + String.join(", ", new TreeSet<>(route.parameters()));
      return Problem.of(
              ProblemType.INVALID_PARAMETER,
              "query parameter '" + name + "' is not known; " + allowed)
          .toException();
    }

    /** Nobody is left to be answered when the client itself broke off. */
    Mono<Answer> problem(Throwable failure) {
      if (AbortedException.isConnectionReset(failure)) {
        LOG.debug("client of {} went away", shown());
        return Mono.empty();
      }
      return Mono.just(answerOf(Failures.problem(failure, shown())));
    }

    private Answer answerOf(Problem found) {
      Problem problem =
          observation.traceId().map(id -> found.withMember("traceId", id)).orElse(found);
      return family.map(one -> one.answer(problem)).orElseGet(() -> problem.answer(path));
    }

    /** For the log. */
    private String shown() {
      return LogText.clean(in.method().name() + " " + path);
    }

    /** Writes the answer; ends when it has been handed to the socket. */
    Mono<Void> send(Answer made) {
      body.release();
      Answer answer = made instanceof WholeAnswer whole && !isHead() ? withinBounds(whole) : made;
      out.status(answer.status());
      out.header(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
      answer.headers().forEach(out::header);
      observation.traceParent().ifPresent(span -> out.header("traceparent", span));
      if (stopping || body.unread()) {
        out.keepAlive(false);
      }
      return switch (answer) {
        case WholeAnswer whole -> sendWhole(whole);
        case StreamedAnswer stream ->
            (isHead() ? sendHead(stream) : sendBlocks(stream)).doFinally(_ -> stream.release());
      };
    }

    /** It waits in memory until its client has read it; of a head, nothing does. */
    private Answer withinBounds(WholeAnswer answer) {
      if (isHead()) {
        return answer;
      }
      try {
        held.growTo(answer.body().length);
        return answer;
      } catch (ProblemException tooMuch) {
        return answerOf(tooMuch.problem());
      }
    }

    private Mono<Void> sendWhole(WholeAnswer answer) {
      status = Optional.of(answer.status());
      if (isHead()) {
        out.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(answer.body().length));
        return out.send().then();
      }
      sentBytes.set(answer.body().length);
      HeldBody whole = new HeldBody(answer.body(), held);
      handedOver = Optional.of(whole);
      return out.sendObject(whole).then();
    }

    private Mono<Void> sendHead(StreamedAnswer answer) {
      return out.send().then().doOnSuccess(_ -> status = Optional.of(answer.status()));
    }

    private Mono<Void> sendBlocks(StreamedAnswer answer) {
      // The limit of a whole answer's time is none of a long one's, which has its own.
      in.withConnection(HttpEndpoint::endWriteTimeout);
      out.keepAlive(false);
      return out.sendHeaders()
          .then()
          .thenMany(answer.blocks().concatMap(this::sendBlock, answer.ahead()))
          .then()
          .timeout(answer.maxTime(), Mono.error(() -> tooSlow(answer.maxTime())))
          .doOnSuccess(_ -> status = Optional.of(answer.status()))
          .onErrorResume(this::cutOff);
    }

    /** Ends when the block has gone to the socket. */
    private Mono<Void> sendBlock(byte[] block) {
      return out.sendObject(new DefaultHttpContent(Unpooled.wrappedBuffer(block)))
          .then()
          // The end of the connection cancels all of this: nobody is left who could be told.
          .onErrorResume(AbortedException.class, _ -> Mono.never())
          .doOnSuccess(_ -> sentBytes.addAndGet(block.length));
    }

    private static TimeoutException tooSlow(Duration maxTime) {
      return new TimeoutException("it was not read to its end in " + maxTime.toMillis() + " ms");
    }

    /** An answer that has begun can only be told to be broken by not being ended. */
    private Mono<Void> cutOff(Throwable failure) {
      if (failure instanceof AbortedException || AbortedException.isConnectionReset(failure)) {
        LOG.debug("client of {} went away", shown());
      } else if (failure instanceof TimeoutException) {
        LOG.warn("answer to {} is cut off: {}", shown(), failure.getMessage());
      } else {
        LOG.error("answer to {} is cut off", shown(), failure);
      }
      in.withConnection(HttpEndpoint::cut);
      return Mono.error(failure);
    }

    void measure() {
      body.release();
      handedOver.ifPresentOrElse(
          whole -> in.withConnection(c -> whole.exchangeEnded(c.channel())), held::release);
      String shown = status.map(code -> Integer.toString(code)).orElse(HttpMeters.CANCELLED);
      meters.ended();
      meters.answered(in.method().name(), route, shown, System.nanoTime() - startedNanos);
      observation.end(status, HttpMeters.CANCELLED, sentBytes.get());
    }
  }
}
