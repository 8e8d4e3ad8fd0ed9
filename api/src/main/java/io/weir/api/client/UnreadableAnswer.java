package io.weir.api.client;

/** What was read is not what it should be; {@link HttpTransport} says whose it is. */
final class UnreadableAnswer extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnreadableAnswer(String message) {
    super(message, null, false, false);
  }
}
