package io.weir.storage.hot;

import io.weir.storage.hot.AppendResult.Refused;
import io.weir.storage.memory.LittleEndian;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Which records are never accepted, and what is said of them. */
final class AppendRules {
  private AppendRules() {}

  /** The rules that can be checked before the vector is copied. */
  static Optional<Refused> refusal(VectorSchema schema, VectorRecord record) {
    long keyBytes = record.key().byteSize();
    if (keyBytes == 0) {
      return refused("missing-key", "the key is empty");
    }
    if (keyBytes > VectorSchema.MAX_KEY_BYTES) {
      return refused(
          "key-too-long",
          "the key has " + keyBytes + " bytes; allowed are " + VectorSchema.MAX_KEY_BYTES);
    }
    return switch (record) {
      case VectorRecord.Delete _ -> Optional.empty();
      case VectorRecord.Upsert upsert -> refusal(schema, upsert);
    };
  }

  private static Optional<Refused> refusal(VectorSchema schema, VectorRecord.Upsert upsert) {
    long vectorBytes = upsert.vector().byteSize();
    if (vectorBytes != schema.vectorBytes()) {
      return refused(
          "wrong-dimension",
          "the vector has "
              + vectorBytes
              + " bytes; dimension "
              + schema.dimension()
              + " has "
              + schema.vectorBytes());
    }
    long payloadBytes = upsert.payload().byteSize();
    if (payloadBytes > VectorSchema.MAX_PAYLOAD_BYTES) {
      return refused(
          "payload-too-large",
          "the payload has "
              + payloadBytes
              + " bytes; allowed are "
              + VectorSchema.MAX_PAYLOAD_BYTES);
    }
    return Optional.empty();
  }

  static Refused notFinite(MemorySegment rows, long position, int dimension) {
    for (int i = 0; i < dimension; i++) {
      float component = rows.get(LittleEndian.FLOAT, position + (long) i * Float.BYTES);
      if (!Float.isFinite(component)) {
        return new Refused(
            "not-finite", "component " + i + " is " + component + "; allowed are finite numbers");
      }
    }
    throw new AssertionError("no component is NaN or infinite");
  }

  static Refused zeroVector() {
    return new Refused(
        "zero-vector", "all components are zero, so the vector has no direction and no cosine");
  }

  private static Optional<Refused> refused(String reason, String detail) {
    return Optional.of(new Refused(reason, detail));
  }
}
