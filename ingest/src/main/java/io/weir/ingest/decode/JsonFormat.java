package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

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
  private static final MemorySegment NO_PAYLOAD = MemorySegment.ofArray(new byte[0]);
  private static final int MAX_DEPTH = 100;

  /** Without charset detection: only UTF-8 is taken, so that places are byte offsets. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private enum Field {
    VECTOR,
    PAYLOAD,
    ID,
    COLLECTION_NAME
  }

  private final String collection;
  private final FloatVector vector = new FloatVector();
  private MemorySegment payload = NO_PAYLOAD;

  JsonFormat(String collection) {
    this.collection = collection;
  }

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), value)) {
      return read(json, source, key, value);
    } catch (JacksonException e) {
      // A broken limit, such as that of nesting, has no location.
      TokenStreamLocation place = e.getLocation();
      return new Rejected(
          RejectReason.MALFORMED_JSON,
          (place == null ? "" : "at byte " + place.getByteOffset() + ": ")
              + Excerpt.of(String.valueOf(e.getOriginalMessage())));
    }
  }

  private DecodeResult read(JsonParser json, RawRecord source, MemorySegment key, byte[] value) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return malformed(json, "expected a JSON object, found " + json.currentToken());
    }
    Set<Field> seen = EnumSet.noneOf(Field.class);
    payload = NO_PAYLOAD;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
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
      json.nextToken();
      Rejected rejected =
          switch (field) {
            case VECTOR -> readVector(json);
            case PAYLOAD -> readPayload(json, value);
            case ID -> checkId(json, key);
            case COLLECTION_NAME -> checkCollection(json);
          };
      if (rejected != null) {
        return rejected;
      }
    }
    if (json.nextToken() != null) {
      return malformed(json, "there is more after the object");
    }
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

  private @Nullable Rejected readVector(JsonParser json) {
    vector.clear();
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return new Rejected(RejectReason.MISSING_VECTOR, "the vector is null");
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      return new Rejected(
          RejectReason.VECTOR_NOT_NUMBERS,
          "vector is "
              + kind(json)
              + "; it must be an array of numbers (named and sparse vectors are not supported)");
    }
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        vector.add(json.getFloatValue());
      } else if (token == JsonToken.VALUE_NUMBER_INT) {
        vector.add(integer(json));
      } else {
        return new Rejected(
            RejectReason.VECTOR_NOT_NUMBERS,
            "element " + vector.size() + " of vector is " + kind(json) + "; it must be a number");
      }
    }
    return null;
  }

  /** An integer has no negative zero, a float32 has. */
  private static float integer(JsonParser json) {
    float component = json.getFloatValue();
    return component == 0 && json.getString().startsWith("-") ? -0.0f : component;
  }

  /** The object as it was sent, a slice of the value. */
  private @Nullable Rejected readPayload(JsonParser json, byte[] value) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return new Rejected(
          RejectReason.PAYLOAD_NOT_OBJECT,
          "payload is " + kind(json) + "; it must be an object or null");
    }
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    json.skipChildren();
    int to = Math.toIntExact(json.currentLocation().getByteOffset());
    payload = MemorySegment.ofArray(value).asSlice(from, to - from);
    // The parser skips over strings without a full check.
    int wrong = Utf8.firstInvalid(value, from, to);
    return wrong < 0
        ? null
        : new Rejected(
            RejectReason.PAYLOAD_NOT_UTF8, "byte " + wrong + " of the value is not UTF-8");
  }

  private static @Nullable Rejected checkId(JsonParser json, MemorySegment key) {
    if (json.currentToken() != JsonToken.VALUE_STRING
        && json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      return new Rejected(
          RejectReason.ID_NOT_KEY, "id is " + kind(json) + "; it must be the record's key");
    }
    String id = json.getString();
    byte[] keyBytes = key.toArray(ValueLayout.JAVA_BYTE);
    if (Arrays.equals(id.getBytes(StandardCharsets.UTF_8), keyBytes)) {
      return null;
    }
    return new Rejected(
        RejectReason.ID_NOT_KEY,
        "id "
            + Excerpt.of(id)
            + " is not the record's key "
            + Excerpt.of(new String(keyBytes, StandardCharsets.UTF_8))
            + "; the key is the vector's id");
  }

  private @Nullable Rejected checkCollection(JsonParser json) {
    boolean same =
        json.currentToken() == JsonToken.VALUE_STRING && json.getString().equals(collection);
    return same
        ? null
        : new Rejected(
            RejectReason.OTHER_COLLECTION,
            "collection_name is "
                + Excerpt.of(String.valueOf(json.getString()))
                + " but this topic feeds "
                + collection);
  }

  private static Rejected malformed(JsonParser json, String what) {
    return new Rejected(
        RejectReason.MALFORMED_JSON,
        "at byte " + json.currentTokenLocation().getByteOffset() + ": " + what);
  }

  private static String kind(JsonParser json) {
    return switch (json.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "a boolean";
      case VALUE_NULL -> "null";
      case null, default -> "not there";
    };
  }
}
