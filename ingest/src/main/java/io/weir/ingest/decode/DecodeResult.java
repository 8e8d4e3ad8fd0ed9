package io.weir.ingest.decode;

import io.weir.storage.record.VectorRecord;
import java.util.concurrent.CompletionStage;

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

  /**
   * It cannot be told yet: the schema of the record has not been read.
   *
   * @param again completes, always normally, when it is worth while to decode the record again
   * @param error what the latest attempt to read the schema met; empty where none has failed
   */
  record Waiting(CompletionStage<?> again, String error) implements DecodeResult {}
}
