package io.weir.deploy.demo;

import java.io.IOException;

/** A demo or a search cannot go on; the message is for the user. */
public final class DemoException extends IOException {

  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    super(message);
  }

  DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
