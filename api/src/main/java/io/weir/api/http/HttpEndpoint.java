package io.weir.api.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.Errors;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.weir.api.observe.Observer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.ChannelBindException;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/**
 * A listening socket and its connections.
 *
 * <p><b>Ownership:</b> owns its event loops, which end with it.
 *
 * <p><b>Threads:</b> any.
 */
public final class HttpEndpoint {

  static final int MAX_REQUEST_LINE_BYTES = 4 << 10;
  static final int MAX_HEADER_BYTES = 8 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int MAX_REQUESTS_A_CONNECTION = 10_000;
  private static final Duration CLOSE_TIMEOUT = LingeringClose.MAX_TIME.plusSeconds(1);
  private static final int LINUX_EADDRINUSE = 98;
  private static final HeldBody.Release HELD_BODY = new HeldBody.Release();
  private static final String WRITE_TIMEOUT = "weir.writeTimeout";
  private static final Duration LOOPS_QUIET = Duration.ZERO;
  private static final Duration LOOPS_TIMEOUT = Duration.ofSeconds(5);

  private final Dispatcher dispatcher;
  private final LoopResources loops;
  private final ChannelGroup connections;
  private final DisposableServer server;

  private HttpEndpoint(
      Dispatcher dispatcher,
      LoopResources loops,
      ChannelGroup connections,
      DisposableServer server) {
    this.dispatcher = dispatcher;
    this.loops = loops;
    this.connections = connections;
    this.server = server;
  }

  /**
   * Binds the address and serves the routes.
   *
   * @param port the port, or 0 for any free one
   * @param security borrowed
   * @throws BindException if the port is taken
   * @throws IOException if the address cannot be bound for another reason
   */
  public static HttpEndpoint start(
      String host,
      int port,
      HttpLimits limits,
      Router router,
      HttpSecurity security,
      MeterRegistry meters,
      Observer observer)
      throws IOException {
    HttpMeters httpMeters = new HttpMeters(meters);
    Dispatcher dispatcher = new Dispatcher(router, security.access(), httpMeters, observer, limits);
    LoopResources loops =
        LoopResources.create("weir-http", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
    ChannelGroup connections = new DefaultChannelGroup("weir-http", GlobalEventExecutor.INSTANCE);
    httpMeters.connections(connections::size, limits.maxConnections());
    ConnectionLimits connectionLimits = new ConnectionLimits(limits, httpMeters);
    HttpServer plain =
        HttpServer.create()
            .host(host)
            .port(port)
            .runOn(loops)
            .channelGroup(connections)
            // Whoever is quicker than this is not counted.
            .doOnBound(bound ->
                bound.channel().pipeline().addFirst("weir.connectionLimits", connectionLimits))
            .maxKeepAliveRequests(MAX_REQUESTS_A_CONNECTION)
            .idleTimeout(limits.idleTimeout())
            .doOnChannelInit((_, channel, _) -> guard(channel, limits.writeTimeout(), dispatcher))
            .handle(dispatcher::dispatch);
    HttpServer server =
        security
            .tls()
            .map(tls ->
                plain.secure(
                    spec -> spec.sslContext(tls.context()).handshakeTimeout(limits.idleTimeout())))
            .orElse(plain);
    try {
      return new HttpEndpoint(dispatcher, loops, connections, server.bindNow());
    } catch (ChannelBindException e) {
      loops.disposeLater(LOOPS_QUIET, LOOPS_TIMEOUT).block();
      throw bindFailure(host, port, e);
    }
  }

  private static IOException bindFailure(String host, int port, ChannelBindException failure) {
    String address = host + ":" + port;
    if (isTaken(failure.getCause())) {
      BindException taken =
          new BindException("cannot listen on " + address + ": the port is taken; choose another");
      taken.initCause(failure);
      return taken;
    }
    return new IOException("cannot listen on " + address + ": " + failure.getMessage(), failure);
  }

  /**
   * The native transport of Linux tells by number. The other one has the same exception for
   * addresses that are not this machine's, and says which in the user's language.
   */
  private static boolean isTaken(@Nullable Throwable cause) {
    return switch (cause) {
      case Errors.NativeIoException e -> e.expectedErr() == -LINUX_EADDRINUSE;
      case BindException _ -> true;
      case null, default -> false;
    };
  }

  private static void guard(Channel channel, Duration writeTimeout, Dispatcher dispatcher) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addFirst(
        WRITE_TIMEOUT, new WriteTimeoutHandler(writeTimeout.toMillis(), TimeUnit.MILLISECONDS));
    pipeline.replace(
        NettyPipeline.HttpCodec,
        NettyPipeline.HttpCodec,
        new StrictHttpCodec(MAX_REQUEST_LINE_BYTES, MAX_HEADER_BYTES));
    pipeline.addAfter(NettyPipeline.HttpCodec, "weir.heldBody", HELD_BODY);
    pipeline.addAfter(NettyPipeline.HttpCodec, "weir.lingeringClose", new LingeringClose());
    pipeline.addAfter(NettyPipeline.HttpCodec, "weir.bareErrorBody", new BareErrorBody(dispatcher));
  }

  /** Lets a connection take its time from now on; on its event loop. */
  static void endWriteTimeout(Connection connection) {
    ChannelPipeline pipeline = connection.channel().pipeline();
    if (pipeline.get(WRITE_TIMEOUT) != null) {
      pipeline.remove(WRITE_TIMEOUT);
    }
  }

  /** Ends a connection in the middle of an answer. */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody is left to be told
  static void cut(Connection connection) {
    connection.channel().close();
  }

  /** The address that is listened on. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  /**
   * Stops listening, lets requests in flight end, then closes every connection. Handlers that are
   * still at work then may go on; nobody waits for their answers.
   *
   * @param bound longest time that requests in flight are waited for
   */
  public void drain(Duration bound) {
    dispatcher.stopping();
    try {
      server.disposeNow(bound);
    } catch (IllegalStateException e) {
      LOG.warn(
          "requests were still in flight after {} ms; their connections are closed",
          bound.toMillis());
    }
    connections.close().awaitUninterruptibly(CLOSE_TIMEOUT.toMillis());
  }

  /** Ends the event loops, after {@link #drain} and when no handler is at work any more. */
  public void close() {
    loops.disposeLater(LOOPS_QUIET, LOOPS_TIMEOUT).block(LOOPS_TIMEOUT.multipliedBy(2));
  }
}
