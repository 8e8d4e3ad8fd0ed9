package io.weir.deploy.audit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A row as HTTP shows it.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
final class StoredAnswer {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NO_PAYLOAD = {};
  private static final int FIRST_COMPONENTS = 1_024;
  private static final long NO_TIMESTAMP = -1;

  private int partition = -1;
  private long offset = -1;
  private long timestampMillis = NO_TIMESTAMP;
  private byte[] vector = {};
  private byte[] payload = NO_PAYLOAD;

  private StoredAnswer() {}

  /**
   * Reads the body of an answer.
   *
   * @throws AuditException if it is not a row
   */
  static StoredAnswer of(byte[] body) throws AuditException {
    StoredAnswer answer = new StoredAnswer();
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
      json.nextToken();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        JsonToken token = json.nextToken();
        switch (name) {
          case "partition" -> answer.partition = json.getIntValue();
          case "offset" -> answer.offset = json.getLongValue();
          case "timestamp" ->
              answer.timestampMillis =
                  token == JsonToken.VALUE_NULL ? NO_TIMESTAMP : json.getLongValue();
          case "vector" -> answer.vector = vector(json);
          case "payload" -> answer.payload = payload(json, body);
          default -> json.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new AuditException("the answer is no row: " + e.getOriginalMessage(), e);
    }
    if (answer.partition < 0 || answer.offset < 0) {
      throw new AuditException("the answer is no row: it has no partition or no offset");
    }
    return answer;
  }

  /** The shortest text that names a float32 names no other: bits survive. */
  private static byte[] vector(JsonParser json) {
    ByteBuffer bytes = littleEndian(FIRST_COMPONENTS);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!bytes.hasRemaining()) {
        bytes = littleEndian(bytes.capacity() / Float.BYTES * 2).put(bytes.flip());
      }
      bytes.putFloat(json.getFloatValue());
    }
    byte[] vector = new byte[bytes.position()];
    bytes.flip().get(vector);
    return vector;
  }

  private static ByteBuffer littleEndian(int components) {
    return ByteBuffer.allocate(components * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** As it stands in the body: the server hands on what was sent. */
  private static byte[] payload(JsonParser json, byte[] body) {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return NO_PAYLOAD;
    }
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    json.skipChildren();
    return Arrays.copyOfRange(body, from, Math.toIntExact(json.currentLocation().getByteOffset()));
  }

  int partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** -1 where there is none. */
  long timestampMillis() {
    return timestampMillis;
  }

  /** Little-endian float32. */
  byte[] vector() {
    return vector;
  }

  byte[] payload() {
    return payload;
  }
}
