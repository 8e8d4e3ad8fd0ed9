package io.weir.storage;

import io.weir.storage.segment.Throttle;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many bytes a second pass, evenly, until it is closed.
 *
 * <p><b>Threads:</b> one passes; any closes.
 */
final class Pace implements Throttle, AutoCloseable {
  private final long bytesPerSecond;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private long dueNanos = System.nanoTime();

  /**
   * @param bytesPerSecond zero for no limit
   */
  Pace(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public void before(long bytes) throws IOException {
    lock.lock();
    try {
      long now = System.nanoTime();
      // Time that nobody used is not saved up.
      dueNanos = Math.max(dueNanos, now);
      while (!closed && bytesPerSecond > 0 && now - dueNanos < 0) {
        closing.awaitNanos(dueNanos - now);
        now = System.nanoTime();
      }
      if (closed) {
        throw new IOException("the store is being closed");
      }
      if (bytesPerSecond > 0) {
        dueNanos = dueNanos + TimeUnit.SECONDS.toNanos(1) * bytes / bytesPerSecond;
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("somebody interrupted the compaction thread", e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signal();
    } finally {
      lock.unlock();
    }
  }
}
