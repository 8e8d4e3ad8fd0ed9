package io.weir.deploy.produce;

import java.io.IOException;

/** The records cannot be sent; the message is for the user. */
final class ProduceException extends IOException {

  private static final long serialVersionUID = 1L;

  ProduceException(String message) {
    super(message);
  }

  ProduceException(String message, Throwable cause) {
    super(message, cause);
  }
}
