package io.weir.storage.query;

/** The vector of a query cannot be compared with those of the collection. */
public final class UnfitVectorException extends IllegalArgumentException {

  UnfitVectorException(String message) {
    super(message);
  }
}
