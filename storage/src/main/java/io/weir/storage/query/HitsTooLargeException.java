package io.weir.storage.query;

/** The hits of a search are larger than its {@link HitBudget}. */
public final class HitsTooLargeException extends IllegalArgumentException {

  HitsTooLargeException(long bytes) {
    super("the hits have more than " + bytes + " bytes, which is the limit");
  }
}
