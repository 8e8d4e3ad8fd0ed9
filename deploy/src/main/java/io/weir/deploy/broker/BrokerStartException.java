package io.weir.deploy.broker;

import java.io.IOException;

/** The broker could not be started; the message says why and, where it can, what to do. */
public final class BrokerStartException extends IOException {

  private static final long serialVersionUID = 1L;

  BrokerStartException(String message) {
    super(message);
  }

  BrokerStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
