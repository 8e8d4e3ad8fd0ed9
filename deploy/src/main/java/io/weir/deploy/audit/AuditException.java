package io.weir.deploy.audit;

import java.io.IOException;

/** The audit could not be made to its end; the message is for the user. */
public final class AuditException extends IOException {

  private static final long serialVersionUID = 1L;

  AuditException(String message) {
    super(message);
  }

  AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
