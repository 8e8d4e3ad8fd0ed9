package io.weir.deploy.client;

import java.io.IOException;

/** A running Weir does not do what was asked; the message is for the user. */
public final class ClientException extends IOException {

  private static final long serialVersionUID = 1L;

  /** With what to tell the user. */
  public ClientException(String message) {
    super(message);
  }

  /** With what to tell the user, and where it comes from. */
  public ClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
