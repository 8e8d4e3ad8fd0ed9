package io.weir.storage;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who hear what a store does.
 *
 * <p><b>Threads:</b> any.
 */
final class StoreListeners implements StoreListener {
  private static final Logger LOG = LoggerFactory.getLogger(StoreListeners.class);

  private final List<StoreListener> listeners = new CopyOnWriteArrayList<>();

  void add(StoreListener listener) {
    listeners.add(listener);
  }

  void remove(StoreListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void checkpointed(CheckpointReport report) {
    tell(listener -> listener.checkpointed(report));
  }

  @Override
  public void merged(Duration took) {
    tell(listener -> listener.merged(took));
  }

  private void tell(Consumer<StoreListener> event) {
    for (StoreListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException e) {
        // Whoever listens must not end the work that it hears of.
        LOG.error("a listener of the store failed", e);
      }
    }
  }
}
