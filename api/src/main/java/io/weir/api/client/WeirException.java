package io.weir.api.client;

/** A call failed. The message is for a person: what was wrong, and at which server. */
public abstract sealed class WeirException extends RuntimeException
    permits WeirProblemException,
        WeirUnavailableException,
        WeirDeadlineException,
        WeirFormatException {

  private static final long serialVersionUID = 1L;

  WeirException(String message) {
    super(message);
  }

  WeirException(String message, Throwable cause) {
    super(message, cause);
  }
}
