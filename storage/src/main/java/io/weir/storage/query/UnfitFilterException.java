package io.weir.storage.query;

/** A filter does not fit the fields that the collection declares, or is too large. */
public final class UnfitFilterException extends IllegalArgumentException {

  UnfitFilterException(String message) {
    super(message);
  }

  UnfitFilterException(String message, Throwable cause) {
    super(message, cause);
  }
}
