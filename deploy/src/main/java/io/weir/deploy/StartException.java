package io.weir.deploy;

import java.io.IOException;
import java.nio.file.FileSystemException;

/** Weir cannot start; the message says why and what to do. Nothing is left open. */
public final class StartException extends IOException {

  private static final long serialVersionUID = 1L;

  private StartException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says what was tried and what came in the way. */
  static StartException of(String tried, Exception cause) {
    // A file system's exception has the path as its message, and the reason in its type.
    String reason =
        cause instanceof FileSystemException || cause.getMessage() == null
            ? cause.toString()
            : cause.getMessage();
    return new StartException(tried + ": " + reason, cause);
  }
}
