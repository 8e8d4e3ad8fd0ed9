package io.weir.deploy.demo;

import java.util.function.LongConsumer;

/**
 * Shows how many records a topic holds while it is being filled.
 *
 * <p><b>Threads:</b> {@link #accept} from one thread at a time.
 */
interface FeedProgress extends LongConsumer, AutoCloseable {

  /** Ends the display; what is printed next begins on a line of its own. */
  @Override
  void close();
}
