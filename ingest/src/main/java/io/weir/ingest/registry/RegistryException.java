package io.weir.ingest.registry;

/** The registry cannot be asked now, or what it answers is no answer; to be tried again. */
final class RegistryException extends Exception {
  private static final long serialVersionUID = 1L;

  RegistryException(String message) {
    super(message);
  }

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
