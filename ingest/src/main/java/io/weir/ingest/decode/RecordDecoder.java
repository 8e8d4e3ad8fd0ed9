package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;

/**
 * Reads records of one format.
 *
 * <p>What all formats share: the key is text in UTF-8, a null value deletes what is under the key,
 * an empty value is an error and not a delete.
 *
 * <p><b>Threads:</b> one at a time. A decoder keeps a buffer; what it returns is valid until its
 * next call.
 */
public final class RecordDecoder {
  private final ValueFormat format;

  private RecordDecoder(ValueFormat format) {
    this.format = format;
  }

  /**
   * Returns a decoder of JSON objects: see {@link JsonFormat}.
   *
   * @param collection the collection that a record may name, and no other
   */
  public static RecordDecoder json(String collection) {
    return new RecordDecoder(new JsonFormat(collection));
  }

  /** Returns a decoder of raw little-endian float32: see {@link Float32Format}. */
  public static RecordDecoder float32() {
    return new RecordDecoder(new Float32Format());
  }

  /** The name of the class that reads the values. */
  public String formatName() {
    return format.name();
  }

  /** Decodes a record; never throws, whatever its bytes are. */
  public DecodeResult decode(RawRecord source) {
    byte[] key = source.key();
    if (key == null || key.length == 0) {
      return new Rejected(
          RejectReason.MISSING_KEY,
          key == null
              ? "the record has no key; the key is the vector's id"
              : "the record's key is empty; the key is the vector's id");
    }
    int wrong = Utf8.firstInvalid(key, 0, key.length);
    if (wrong >= 0) {
      return new Rejected(
          RejectReason.KEY_NOT_UTF8,
          "the key of " + key.length + " bytes is not UTF-8 at byte " + wrong);
    }
    MemorySegment keySegment = MemorySegment.ofArray(key);
    byte[] value = source.value();
    if (value == null) {
      return new Decoded(
          new VectorRecord.Delete(source.offset(), source.timestampMillis(), keySegment));
    }
    if (value.length == 0) {
      return new Rejected(
          RejectReason.EMPTY_VALUE, "the value is empty; a delete has a null value");
    }
    return format.decode(source, keySegment, value);
  }
}
