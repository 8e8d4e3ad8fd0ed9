package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The value is one JSON object in UTF-8:
 *
 * <pre>
 * {"vector": [0.1, -2, 3e-4], "payload": {"any": "object"}}
 * </pre>
 *
 * <p>{@code vector} is required; each number becomes the float32 nearest to its decimal text (ties
 * to even, straight from the text, not by way of a double). {@code payload} is optional; its object
 * is kept byte for byte as it was sent.
 *
 * <p>What the public Qdrant connector takes is taken too: {@code "collection_name"}, which must be
 * this collection, and {@code "id"}, a string or an integer, which must be the record's key. A
 * named, sparse or multi-vector in {@code vector} is rejected, and so is any other field: to ignore
 * it would lose it, and a misspelt {@code payload} with it, without a word.
 */
final class JsonFormat implements ValueFormat {
  private enum Field {
    VECTOR,
    PAYLOAD,
    ID,
    COLLECTION_NAME
  }

  private final RecordIdentity identity;
  private final JsonScanner json = new JsonScanner();
  private final FloatVector vector = new FloatVector();
  private MemorySegment payload = NO_PAYLOAD;

  JsonFormat(String collection) {
    this.identity = new RecordIdentity(collection);
  }

  @Override
  public boolean isText() {
    return true;
  }

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    json.reset(value, from, to);
    try {
      return read(source, key, value);
    } catch (MalformedJsonException e) {
      return malformed(e);
    }
  }

  private DecodeResult read(RawRecord source, MemorySegment key, byte[] value)
      throws MalformedJsonException {
    JsonKind kind = json.next();
    if (kind != JsonKind.START_OBJECT) {
      return malformed(
          new MalformedJsonException(json.at(), "expected a JSON object, found " + kind));
    }
    json.enter();
    Set<Field> seen = EnumSet.noneOf(Field.class);
    payload = NO_PAYLOAD;
    while (json.nextName(seen.isEmpty())) {
      String name = json.name();
      Field field = field(name);
      if (field == null) {
        return new Rejected(
            RejectReason.UNKNOWN_FIELD,
            "field "
                + Excerpt.of(name)
                + " is not one of vector, payload, id, collection_name; put it into payload");
      }
      if (!seen.add(field)) {
        return new Rejected(RejectReason.DUPLICATE_FIELD, "field " + name + " comes twice");
      }
      Rejected rejected =
          switch (field) {
            case VECTOR -> readVector();
            case PAYLOAD -> readPayload(value);
            case ID -> checkId(key, value);
            case COLLECTION_NAME -> checkCollection();
          };
      if (rejected != null) {
        return rejected;
      }
    }
    json.requireEnd("the object");
    if (!seen.contains(Field.VECTOR)) {
      return new Rejected(RejectReason.MISSING_VECTOR, "the object has no field vector");
    }
    return new Decoded(
        new VectorRecord.Upsert(
            source.offset(), source.timestampMillis(), key, vector.segment(), payload));
  }

  private static @Nullable Field field(String name) {
    return switch (name) {
      case "vector" -> Field.VECTOR;
      case "payload" -> Field.PAYLOAD;
      case "id" -> Field.ID;
      case "collection_name" -> Field.COLLECTION_NAME;
      default -> null;
    };
  }

  private @Nullable Rejected readVector() throws MalformedJsonException {
    vector.clear();
    JsonKind kind = json.next();
    if (kind == JsonKind.VALUE_NULL) {
      json.skipValue(1);
      return new Rejected(RejectReason.MISSING_VECTOR, "the vector is null");
    }
    if (kind != JsonKind.START_ARRAY) {
      return new Rejected(
          RejectReason.VECTOR_NOT_NUMBERS,
          "vector is "
              + kind.description()
              + "; it must be an array of numbers (named and sparse vectors are not supported)");
    }
    json.enter();
    if (json.numbers(vector)) {
      return null;
    }
    JsonKind element = json.next();
    if (element == JsonKind.NOTHING) {
      // Throws: it is no JSON at all.
      json.skipValue(1);
    }
    return new Rejected(
        RejectReason.VECTOR_NOT_NUMBERS,
        "element "
            + vector.size()
            + " of vector is "
            + element.description()
            + "; it must be a number");
  }

  /** The object as it was sent, a slice of the value. */
  private @Nullable Rejected readPayload(byte[] value) throws MalformedJsonException {
    JsonKind kind = json.next();
    int from = json.at();
    if (kind != JsonKind.START_OBJECT && kind != JsonKind.VALUE_NULL) {
      return new Rejected(
          RejectReason.PAYLOAD_NOT_OBJECT,
          "payload is " + kind.description() + "; it must be an object or null");
    }
    json.skipValue(1);
    if (kind == JsonKind.VALUE_NULL) {
      return null;
    }
    int to = json.at();
    payload = MemorySegment.ofArray(value).asSlice(from, to - from);
    int wrong = Utf8.firstInvalid(value, from, to);
    return wrong < 0
        ? null
        : new Rejected(
            RejectReason.PAYLOAD_NOT_UTF8, "byte " + wrong + " of the value is not UTF-8");
  }

  private @Nullable Rejected checkId(MemorySegment key, byte[] value)
      throws MalformedJsonException {
    JsonKind kind = json.next();
    int from = json.at();
    if (kind == JsonKind.VALUE_STRING) {
      return identity.checkId(json.string(), key);
    }
    if (kind == JsonKind.VALUE_NUMBER && json.skipNumber()) {
      return identity.checkId(
          new String(value, from, json.at() - from, StandardCharsets.ISO_8859_1), key);
    }
    return new Rejected(
        RejectReason.ID_NOT_KEY, "id is " + kind.description() + "; it must be the record's key");
  }

  private @Nullable Rejected checkCollection() throws MalformedJsonException {
    JsonKind kind = json.next();
    return kind == JsonKind.VALUE_STRING
        ? identity.checkCollection(json.string())
        : identity.otherCollection(kind.description());
  }

  private static Rejected malformed(MalformedJsonException e) {
    return new Rejected(
        RejectReason.MALFORMED_JSON, "at byte " + e.at() + ": " + String.valueOf(e.getMessage()));
  }
}
