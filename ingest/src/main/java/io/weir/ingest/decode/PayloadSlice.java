package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;
import java.lang.foreign.MemorySegment;

/**
 * A payload that is JSON text already, inside of a value of another format.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class PayloadSlice {
  private final JsonScanner json = new JsonScanner();

  /** A payload, or why the text is none. */
  sealed interface Read {
    /** A slice of the value. */
    record Payload(MemorySegment slice) implements Read {}

    /** What the record gets. */
    record None(Rejected rejected) implements Read {}
  }

  /** Checks the text in {@code [from, to)}; an empty one is no payload, as protobuf leaves it. */
  Read of(byte[] value, int from, int to) {
    if (from == to) {
      return new Read.Payload(ValueFormat.NO_PAYLOAD);
    }
    int wrong = Utf8.firstInvalid(value, from, to);
    if (wrong >= 0) {
      return none(
          RejectReason.PAYLOAD_NOT_UTF8, "byte " + (wrong - from) + " of the payload is not UTF-8");
    }
    json.reset(value, from, to);
    try {
      JsonKind kind = json.next();
      if (kind != JsonKind.START_OBJECT) {
        return none(
            RejectReason.PAYLOAD_NOT_OBJECT,
            "payload is text with " + kind.description() + "; it must be a JSON object");
      }
      json.skipValue(0);
      json.requireEnd("the payload's object");
    } catch (MalformedJsonException e) {
      return none(
          RejectReason.MALFORMED_JSON,
          "at byte " + (e.at() - from) + " of the payload: " + String.valueOf(e.getMessage()));
    }
    return new Read.Payload(MemorySegment.ofArray(value).asSlice(from, to - from));
  }

  private static Read none(RejectReason reason, String detail) {
    return new Read.None(new Rejected(reason, detail));
  }
}
