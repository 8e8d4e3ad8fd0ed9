package io.weir.ingest.flow;

/** A shard's feed ends before a record that cannot be taken in, as it is set to. */
public final class RecordRejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  RecordRejectedException(long offset, Rejection rejection) {
    super(
        "the record at offset "
            + offset
            + " is rejected: "
            + rejection.reason()
            + ": "
            + rejection.detail());
    this.offset = offset;
  }

  /** The record's offset. */
  public long offset() {
    return offset;
  }
}
