package io.weir.deploy.audit;

import io.weir.ingest.decode.DecodeResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Which decoded records a collection takes; the rules of a shard, written a second time. */
final class RecordRules {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RecordRules() {}

  /** Whether a row, or the removal of one, comes from it. */
  static boolean accepts(VectorSchema schema, DecodeResult result) {
    return switch (result) {
      case DecodeResult.Rejected _ -> false;
      case DecodeResult.Waiting(var _, String error) ->
          throw new IllegalStateException("an audit waits for schemas before: " + error);
      case DecodeResult.Decoded(VectorRecord record) ->
          record.key().byteSize() <= VectorSchema.MAX_KEY_BYTES
              && switch (record) {
                case VectorRecord.Delete _ -> true;
                case VectorRecord.Upsert upsert ->
                    upsert.payload().byteSize() <= VectorSchema.MAX_PAYLOAD_BYTES
                        && accepts(schema, upsert.vector());
              };
    };
  }

  private static boolean accepts(VectorSchema schema, MemorySegment vector) {
    if (vector.byteSize() != schema.vectorBytes()) {
      return false;
    }
    boolean zero = true;
    for (long at = 0; at < vector.byteSize(); at += Float.BYTES) {
      float component = vector.get(FLOAT, at);
      if (!Float.isFinite(component)) {
        return false;
      }
      zero &= component == 0;
    }
    return !zero || schema.metric() != Metric.COSINE;
  }
}
