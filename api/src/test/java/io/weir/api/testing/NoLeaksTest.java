package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;

@SuppressWarnings("NullAway") // the extension does not look at its context
class NoLeaksTest {

  private static final ExtensionContext NONE = null;

  @Test
  void aDroppedBufferFailsTheClass() {
    NoLeaks guard = new NoLeaks();
    guard.beforeAll(NONE);
    drop();
    Eventually.holds("the dropped buffer is reported", () -> !guard.found().isEmpty());
    assertThrows(AssertionError.class, () -> guard.afterAll(NONE));
  }

  private static void drop() {
    ByteBuf dropped = PooledByteBufAllocator.DEFAULT.directBuffer(16);
    dropped.writeByte(1);
  }
}
