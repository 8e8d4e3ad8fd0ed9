package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;

/** A value is not what its schema says. Carries no stack: it is made a result. */
final class MalformedValueException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  MalformedValueException(RejectReason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  Rejected rejected() {
    return new Rejected(reason, String.valueOf(getMessage()));
  }
}
