package io.weir.deploy.produce;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/**
 * One JSON object that is a row:
 *
 * <pre>
 * {"key": "films/1", "vector": [0.1, -2, 3e-4], "payload": {"any": "object"}}
 * {"collection_name": "films", "id": 42, "vector": [0.1, -2, 3e-4], "payload": null}
 * </pre>
 *
 * <p>A component becomes the float32 nearest to its text. A payload is sent on byte for byte. A
 * field that nobody asked for is an error: to ignore it would lose it.
 */
final class JsonRow {

  private static final String PAYLOAD = "payload";

  /** What Qdrant's connector wants to know; here the topic says it. */
  private static final String COLLECTION = "collection_name";

  private static final byte[] NO_PAYLOAD = {};
  private static final int FIRST_COMPONENTS = 1_024;

  private static final JsonFactory JSON =
      JsonFactory.builder().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build();

  private final RowColumns columns;
  private final String vectorField;
  private float[] components = new float[FIRST_COMPONENTS];

  JsonRow(RowColumns columns) {
    this.columns = columns;
    this.vectorField = columns.vector().orElse("vector");
  }

  Row read(byte[] line) throws ProduceException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), line)) {
      return read(json, line);
    } catch (JacksonException e) {
      throw new ProduceException("this is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Row read(JsonParser json, byte[] line) throws ProduceException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new ProduceException("this is no JSON object");
    }
    Set<String> seen = new HashSet<>();
    Map<String, String> keys = new LinkedHashMap<>();
    Map<String, byte[]> picked = new LinkedHashMap<>();
    float @Nullable [] vector = null;
    byte[] payload = NO_PAYLOAD;
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      if (!seen.add(name)) {
        throw new ProduceException("field " + name + " comes twice");
      }
      json.nextToken();
      boolean known = false;
      if (name.equals(vectorField)) {
        vector = vector(json);
        continue;
      }
      if (isKey(name)) {
        known = true;
        String key = key(json, name);
        if (key != null) {
          keys.put(name, key);
        }
      }
      if (columns.payload().contains(name)) {
        picked.put(name, raw(json, line));
      } else if (name.equals(PAYLOAD)) {
        payload = payload(json, line);
      } else if (!known && !name.equals(COLLECTION)) {
        throw unknown(name);
      }
      json.skipChildren();
    }
    if (json.nextToken() != null) {
      throw new ProduceException("there is more behind the object");
    }
    if (vector == null) {
      throw new ProduceException("there is no field " + vectorField + " with the vector");
    }
    if (!picked.isEmpty() && payload.length > 0) {
      throw new ProduceException("there is a field payload; --payload-columns cannot add to it");
    }
    return new Row(keyOf(keys), vector, picked.isEmpty() ? payload : object(picked));
  }

  private boolean isKey(String name) {
    return columns.key().map(name::equals).orElseGet(() -> RowColumns.KEYS.contains(name));
  }

  private @Nullable String keyOf(Map<String, String> keys) throws ProduceException {
    if (columns.key().isPresent() && keys.isEmpty()) {
      throw new ProduceException("there is no field " + columns.key().get() + " with the key");
    }
    if (columns.numbered()) {
      return null;
    }
    for (String name : columns.key().map(List::of).orElse(RowColumns.KEYS)) {
      String key = keys.get(name);
      if (key != null) {
        return key;
      }
    }
    return null;
  }

  private ProduceException unknown(String name) {
    return new ProduceException(
        "field "
            + name
            + " is none of key, id, "
            + vectorField
            + ", payload; --payload-columns "
            + name
            + " sends it in the payload");
  }

  private static @Nullable String key(JsonParser json, String name) throws ProduceException {
    return switch (json.currentToken()) {
      case VALUE_STRING, VALUE_NUMBER_INT -> json.getString();
      case VALUE_NULL -> null;
      default ->
          throw new ProduceException(
              "field " + name + " must be a string or an integer to be the key");
    };
  }

  private float[] vector(JsonParser json) throws ProduceException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new ProduceException(
          "field "
              + vectorField
              + " must be an array of numbers (named and sparse vectors are not known)");
    }
    int count = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
        throw new ProduceException("component " + count + " of the vector is no number");
      }
      if (count == components.length) {
        components = Arrays.copyOf(components, Math.multiplyExact(count, 2));
      }
      float component = json.getFloatValue();
      // An integer has no negative zero, a float32 has.
      components[count++] = component == 0 && json.getString().startsWith("-") ? -0.0f : component;
    }
    return Arrays.copyOf(components, count);
  }

  private static byte[] payload(JsonParser json, byte[] line) throws ProduceException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return NO_PAYLOAD;
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new ProduceException("field payload must be an object or null");
    }
    return raw(json, line);
  }

  /** The value as it stands in the line; a number or a word ends with its token. */
  private static byte[] raw(JsonParser json, byte[] line) {
    if (json.currentToken().isStructStart() || json.currentToken() == JsonToken.VALUE_STRING) {
      int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
      if (json.currentToken().isStructStart()) {
        json.skipChildren();
      } else {
        json.finishToken();
      }
      int to = Math.toIntExact(json.currentLocation().getByteOffset());
      return Arrays.copyOfRange(line, from, to);
    }
    return json.getString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] object(Map<String, byte[]> members) {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    char before = '{';
    for (Map.Entry<String, byte[]> member : members.entrySet()) {
      object.write(before);
      object.write('"');
      object.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(member.getKey()));
      object.write('"');
      object.write(':');
      object.writeBytes(member.getValue());
      before = ',';
    }
    object.write('}');
    return object.toByteArray();
  }
}
