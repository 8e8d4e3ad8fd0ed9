package io.weir.deploy;

/** Weir cannot start; the message says why and what to do. Nothing is left open. */
public final class StartException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Keeps the cause for those who ask for details. */
  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
