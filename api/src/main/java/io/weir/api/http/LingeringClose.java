package io.weir.api.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request body has not been read in the order that lets the client read
 * the answer: first the sending side, then, after the rest of the body has been thrown away, the
 * whole.
 *
 * <p>A socket that is closed with unread bytes resets its peer, and a peer that is reset loses what
 * it has not read yet: the very answer that says why. What is thrown away is bounded in bytes and
 * in time.
 *
 * <p>Stands right behind the HTTP codec. <b>Threads:</b> the connection's event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {

  /** Most bytes that are thrown away. */
  static final long MAX_BYTES = 16 << 20;

  /** Longest time that is waited for them. */
  static final Duration MAX_TIME = Duration.ofSeconds(5);

  private boolean requestUnfinished;
  private long discardedBytes;
  private @Nullable ChannelPromise closing;
  private @Nullable Future<?> timer;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (closing != null) {
      discard(ctx, message);
      return;
    }
    if (message instanceof HttpRequest) {
      requestUnfinished = true;
    }
    if (message instanceof LastHttpContent) {
      requestUnfinished = false;
    }
    ctx.fireChannelRead(message);
  }

  private void discard(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpContent content) {
      discardedBytes += content.content().readableBytes();
    }
    boolean last = message instanceof LastHttpContent;
    ReferenceCountUtil.release(message);
    if (last || discardedBytes > MAX_BYTES) {
      closeNow(ctx);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the promise carries the outcome
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (closing != null) {
      ChannelPromise later = promise.unvoid();
      ctx.channel().closeFuture().addListener(_ -> later.trySuccess());
    } else if (requestUnfinished && ctx.channel() instanceof DuplexChannel channel) {
      closing = promise;
      timer =
          ctx.executor().schedule(() -> closeNow(ctx), MAX_TIME.toMillis(), TimeUnit.MILLISECONDS);
      endOutput(ctx, channel);
      channel.config().setAutoRead(true);
    } else {
      ctx.close(promise);
    }
  }

  /** Under TLS the end has to be said there first: else it might be one that somebody made. */
  @SuppressWarnings("FutureReturnValueIgnored") // closing follows, whatever comes of it
  private static void endOutput(ChannelHandlerContext ctx, DuplexChannel channel) {
    SslHandler tls = ctx.pipeline().get(SslHandler.class);
    if (tls == null) {
      channel.shutdownOutput();
    } else {
      tls.closeOutbound().addListener(_ -> channel.shutdownOutput());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closeNow(ctx);
    ctx.fireChannelInactive();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the promise carries the outcome
  private void closeNow(ChannelHandlerContext ctx) {
    if (closing != null && timer != null) {
      timer.cancel(false);
      timer = null;
      ctx.close(closing);
    }
  }
}
