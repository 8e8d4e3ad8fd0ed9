package io.weir.deploy.testing;

import io.weir.deploy.broker.EmbeddedBroker;
import java.nio.file.Path;

/** The process of {@link BrokerProcess}. */
final class BrokerMain {
  private BrokerMain() {}

  /** Runs a broker in a folder, on a port or on a free one for 0, until the input ends. */
  public static void main(String[] arguments) throws Exception {
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
      System.out.println(BrokerProcess.STARTED + broker.port() + ".");
      while (System.in.read() >= 0) {
        // Whoever started it says nothing, and is gone when the input ends.
      }
    }
  }
}
