package io.weir.api.http;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.concurrent.RejectedExecutionException;

/**
 * The body of a whole answer, which counts as held until the socket has taken its last byte.
 *
 * <p>Neither the end of the exchange nor that of this buffer says when that is: the one comes when
 * the answer is handed over, the other when it is copied out of the heap, to wait there. {@link
 * Release} knows.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class HeldBody extends UnpooledHeapByteBuf {

  private final HeldBytes.Share held;
  private boolean onItsWay;

  /**
   * Takes ownership of both.
   *
   * @param held counts the bytes
   */
  HeldBody(byte[] body, HeldBytes.Share held) {
    super(UnpooledByteBufAllocator.DEFAULT, body, body.length);
    this.held = held;
  }

  @Override
  protected void freeArray(byte[] array) {
    endUnlessOnItsWay();
    super.freeArray(array);
  }

  /**
   * To be called, on any thread, when the exchange has ended: it is written by then, or asked to
   * be, or nobody ever writes or frees it, because its client left while it was handed over.
   *
   * @param channel the connection's; its event loop does in turn what it is asked for
   */
  void exchangeEnded(Channel channel) {
    if (!held.holds()) {
      return;
    }
    if (!channel.isActive()) {
      held.release();
      return;
    }
    try {
      channel.eventLoop().execute(this::endUnlessOnItsWay);
    } catch (IllegalStateException | RejectedExecutionException closedMeanwhile) {
      held.release();
    }
  }

  private void endUnlessOnItsWay() {
    if (!onItsWay) {
      held.release();
    }
  }

  /** Stands behind the codec, and ends what bodies hold when they are written. */
  @Sharable
  static final class Release extends ChannelOutboundHandlerAdapter {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise carries the outcome
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (message instanceof FullHttpResponse response
          && response.content() instanceof HeldBody body) {
        body.onItsWay = true;
        ctx.write(message, promise.unvoid()).addListener(_ -> body.held.release());
      } else {
        ctx.write(message, promise);
      }
    }
  }
}
