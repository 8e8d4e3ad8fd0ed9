package io.weir.deploy.broker;

import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a broker in trouble from ending the process: it is a guest here.
 *
 * <p>Kafka has two ways out. Fault handlers are given to it, and these log and throw. And a few
 * places (no log directory left, a fatal error on a thread) call {@code Exit}, whose procedures are
 * replaced once for the whole process; the calling thread gets an exception instead. A broker that
 * has thrown either is not to be trusted any more: clients see it as gone.
 */
final class BrokerFaults implements FaultHandlerFactory {

  private static final Logger LOG = LoggerFactory.getLogger(BrokerFaults.class);
  private static final AtomicBoolean GUARDED = new AtomicBoolean();

  /** Replaces Kafka's exit and halt in this process, if that has not been done. */
  static void guardProcess() {
    if (GUARDED.compareAndSet(false, true)) {
      Exit.setExitProcedure(BrokerFaults::refuse);
      Exit.setHaltProcedure(BrokerFaults::refuse);
    }
  }

  @SuppressWarnings("NullAway") // Kafka passes null where a caller of exit gave no message
  private static void refuse(int status, String message) {
    throw new FaultHandlerException(
        "the broker gave up with status " + status + (message == null ? "" : ": " + message));
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return new Handler(name, action);
  }

  private record Handler(String name, Runnable action) implements FaultHandler {

    @Override
    public RuntimeException handleFault(String message, Throwable cause) {
      LOG.error("Fault in {}: {}", name, message, cause);
      action.run();
      return new FaultHandlerException(name + ": " + message, cause);
    }
  }
}
