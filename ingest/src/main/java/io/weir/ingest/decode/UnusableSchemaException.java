package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;

/** No vector can be read by a schema. Carries no stack: it is made a result. */
final class UnusableSchemaException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  UnusableSchemaException(RejectReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Rejected rejected() {
    return new Rejected(reason, String.valueOf(getMessage()));
  }
}
