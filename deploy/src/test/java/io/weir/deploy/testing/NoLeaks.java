package io.weir.deploy.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class when Netty has found a buffer that was dropped without being released. Netty
 * looks for them when a buffer is made and the garbage collector has found an earlier one. Every
 * class of this module has it.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

  private static final Logger NETTY = (Logger) LoggerFactory.getLogger(ResourceLeakDetector.class);

  private final ListAppender<ILoggingEvent> reports = new ListAppender<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    assertEquals(ResourceLeakDetector.Level.PARANOID, ResourceLeakDetector.getLevel());
    reports.start();
    NETTY.addAppender(reports);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    System.gc();
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(1);
    buffer.release();
    NETTY.detachAppender(reports);
    List<String> found = List.copyOf(reports.list).stream().map(Object::toString).toList();
    assertEquals(List.of(), found, "buffers were dropped without release");
  }
}
