package io.weir.api.client;

/** There was no answer, or not all of it: the server was not reached, or a connection broke. */
public final class WeirUnavailableException extends WeirException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  WeirUnavailableException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** How far it came. */
  public enum Reason {
    /** There is no connection: nothing was sent. */
    NOT_CONNECTED,
    /** TLS did not come about: a certificate is not trusted, or the server speaks none. */
    NOT_SECURED,
    /** The connection broke before the answer was whole; the server may have done its part. */
    CONNECTION_LOST,
    /** As many calls as may wait for a connection of this client wait already. */
    TOO_MANY_CALLS
  }

  /** How far it came. */
  public Reason reason() {
    return reason;
  }
}
