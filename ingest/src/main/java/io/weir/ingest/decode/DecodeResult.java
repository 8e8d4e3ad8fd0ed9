package io.weir.ingest.decode;

import io.weir.storage.record.VectorRecord;

/** What the bytes of a record are. */
public sealed interface DecodeResult {

  /**
   * An upsert or a delete. Its segments are views of the record's own bytes, or of a buffer that
   * the decoder writes again with its next record.
   */
  record Decoded(VectorRecord decoded) implements DecodeResult {}

  /**
   * Neither.
   *
   * @param detail the reason with this record's values
   */
  record Rejected(RejectReason reason, String detail) implements DecodeResult {}
}
