package io.weir.api.client;

/** An answer is not what the API describes: whoever answers is no Weir, or of another version. */
public final class WeirFormatException extends WeirException {

  private static final long serialVersionUID = 1L;

  WeirFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
