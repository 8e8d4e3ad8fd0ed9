package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldBodyTest {
  private static final int LARGE = 1 << 20;

  private final HeldBytes answers = new HeldBytes("answers", 4L * LARGE);
  private final EmbeddedChannel channel = new EmbeddedChannel(new HeldBody.Release());

  private HeldBody large() {
    HeldBytes.Share share = answers.share();
    share.growTo(LARGE);
    assertTrue(answers.heldBytes() > 0);
    return new HeldBody(new byte[LARGE], share);
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void isHeldUntilItIsWrittenThoughItsExchangeHasEnded() {
    HeldBody body = large();
    ChannelFuture written =
        channel.write(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body));
    body.exchangeEnded(channel);
    channel.runPendingTasks();
    assertTrue(answers.heldBytes() > 0, "its client has not read it");
    channel.flushOutbound();
    assertTrue(written.isSuccess());
    assertEquals(0, answers.heldBytes());
  }

  @Test
  void whatNobodyWritesIsHeldUntilTheExchangeEnds() {
    HeldBody body = large();
    body.exchangeEnded(channel);
    channel.runPendingTasks();
    assertEquals(0, answers.heldBytes());
    assertTrue(body.release());
    assertEquals(0, answers.heldBytes());
  }

  @Test
  void whatIsFreedUnwrittenIsNotHeld() {
    assertTrue(large().release());
    assertEquals(0, answers.heldBytes());
  }

  @Test
  void aConnectionThatIsClosedHoldsNothing() {
    channel.close().syncUninterruptibly();
    large().exchangeEnded(channel);
    assertEquals(0, answers.heldBytes());
  }
}
