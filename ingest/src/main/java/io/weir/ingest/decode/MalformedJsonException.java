package io.weir.ingest.decode;

/** Text is not JSON. Carries the place, and no stack: it is an everyday outcome, made a result. */
final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int at;

  MalformedJsonException(int at, String message) {
    super(message, null, false, false);
    this.at = at;
  }

  /** Index of the byte that cannot be there. */
  int at() {
    return at;
  }
}
