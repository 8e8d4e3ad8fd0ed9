package io.weir.deploy.broker;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What has been opened so far, closed in reverse: by whoever fails half-way, or in the end by the
 * owner that everything was handed to.
 *
 * <p><b>Threads:</b> safe; a second close does nothing.
 */
final class Opened implements AutoCloseable {

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(T resource) {
    resources.push(resource);
    return resource;
  }

  /** Returns everything in a new object; closing this one then closes nothing. */
  synchronized Opened handOver() {
    Opened taken = new Opened();
    taken.resources.addAll(resources);
    resources.clear();
    return taken;
  }

  @Override
  public synchronized void close() throws IOException {
    IOException failure = new IOException("the broker was not closed cleanly");
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) { // the others must be closed all the same
        failure.addSuppressed(e);
      }
    }
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }
}
