package io.weir.api.http;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

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
    if (!onItsWay) {
      held.release();
    }
    super.freeArray(array);
  }

  /**
   * Stands behind the codec of a connection, and ends what bodies hold when they are written; at
   * the end of the connection, also of those whose writing nobody has ended.
   */
  static final class Release extends ChannelOutboundHandlerAdapter {
    /** Each of its own, whatever bytes it has. */
    private final Set<HeldBody> onTheirWay = Collections.newSetFromMap(new IdentityHashMap<>());

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise carries the outcome
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      if (message instanceof FullHttpResponse response
          && response.content() instanceof HeldBody body) {
        body.onItsWay = true;
        onTheirWay.add(body);
        ctx.write(message, promise.unvoid())
            .addListener(_ -> {
              onTheirWay.remove(body);
              body.held.release();
            });
      } else {
        ctx.write(message, promise);
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      onTheirWay.forEach(body -> body.held.release());
      onTheirWay.clear();
    }
  }
}
