package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;

/**
 * Reads records of one format.
 *
 * <p>What all formats share: the key is the vector's id, a null value deletes what is under the
 * key, an empty value is an error and not a delete; a value may come in a CloudEvent.
 *
 * <p><b>Threads:</b> one at a time. A decoder keeps a buffer; what it returns is valid until its
 * next call.
 */
public final class RecordDecoder {
  private final KeyFormat keys;
  private final ValueFormat format;

  private RecordDecoder(KeyFormat keys, ValueFormat format) {
    this.keys = keys;
    this.format = format;
  }

  /**
   * Returns a decoder of JSON objects: see {@link JsonFormat}.
   *
   * @param collection the collection that a record may name, and no other
   */
  public static RecordDecoder json(String collection) {
    return new RecordDecoder(KeyFormat.UTF8, new CloudEventFormat(new JsonFormat(collection)));
  }

  /** Returns a decoder of raw little-endian float32: see {@link Float32Format}. */
  public static RecordDecoder float32() {
    return new RecordDecoder(KeyFormat.UTF8, new CloudEventFormat(new Float32Format()));
  }

  /**
   * Returns a decoder of Avro records: see {@link AvroFormat}.
   *
   * @param collection the collection that a record may name, and no other
   * @param vectorField name of the field that holds the vector
   */
  public static RecordDecoder avro(String collection, String vectorField, SchemaSource schemas) {
    return new RecordDecoder(
        KeyFormat.UTF8, new CloudEventFormat(new AvroFormat(collection, vectorField, schemas)));
  }

  /**
   * Returns a decoder of Protobuf messages: see {@link ProtobufFormat}.
   *
   * @param collection the collection that a record may name, and no other
   * @param vectorField name of the field that holds the vector
   */
  public static RecordDecoder protobuf(
      String collection, String vectorField, SchemaSource schemas) {
    return new RecordDecoder(
        KeyFormat.UTF8, new CloudEventFormat(new ProtobufFormat(collection, vectorField, schemas)));
  }

  /** Returns a decoder of the same values under other keys; this one is not to be used further. */
  public RecordDecoder withKeys(KeyFormat other) {
    return new RecordDecoder(other, format);
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
                  + CloudEventFormat.partitionKeyHint(source)
              : "the record's key is empty; the key is the vector's id");
    }
    Rejected problem = keys.problem(key);
    if (problem != null) {
      return problem;
    }
    MemorySegment keySegment = MemorySegment.ofArray(keys.id(key));
    byte[] value = source.valueArray();
    if (value == null) {
      return new Decoded(
          new VectorRecord.Delete(source.offset(), source.timestampMillis(), keySegment));
    }
    if (source.valueFrom() == source.valueTo()) {
      return new Rejected(
          RejectReason.EMPTY_VALUE, "the value is empty; a delete has a null value");
    }
    return format.decode(source, keySegment, value, source.valueFrom(), source.valueTo());
  }
}
