package io.weir.deploy.produce;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Rows to records, as {@code ingest} reads them.
 *
 * <p><b>Threads:</b> one.
 */
final class RowEncoder {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] PAYLOAD = ",\"payload\":".getBytes(StandardCharsets.US_ASCII);

  private final String topic;
  private final SendFormat format;
  private final StringBuilder text = new StringBuilder();

  RowEncoder(String topic, SendFormat format) {
    this.topic = topic;
    this.format = format;
  }

  ProducerRecord<byte[], byte[]> encode(byte[] key, Row row) throws ProduceException {
    return switch (format) {
      case JSON -> new ProducerRecord<>(topic, key, json(row));
      case FLOAT32 -> {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key, raw(row));
        if (row.payload().length > 0) {
          addHeaders(record.headers(), row.payload());
        }
        yield record;
      }
    };
  }

  private byte[] json(Row row) {
    text.setLength(0);
    text.append("{\"vector\":");
    char before = '[';
    for (float component : row.vector()) {
      text.append(before).append(component);
      before = ',';
    }
    text.append(']');
    byte[] vector = text.toString().getBytes(StandardCharsets.US_ASCII);
    ByteArrayOutputStream value =
        new ByteArrayOutputStream(vector.length + PAYLOAD.length + row.payload().length + 1);
    value.writeBytes(vector);
    if (row.payload().length > 0) {
      value.writeBytes(PAYLOAD);
      value.writeBytes(row.payload());
    }
    value.write('}');
    return value.toByteArray();
  }

  private static byte[] raw(Row row) {
    ByteBuffer bytes =
        ByteBuffer.allocate(row.vector().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row.vector());
    return bytes.array();
  }

  /** In this format the headers are the payload: texts, nulls, and several under a name. */
  private static void addHeaders(Headers headers, byte[] payload) throws ProduceException {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), payload)) {
      json.nextToken();
      for (String name = json.nextName(); name != null; name = json.nextName()) {
        if (json.nextToken() == JsonToken.START_ARRAY) {
          int count = 0;
          while (json.nextToken() != JsonToken.END_ARRAY) {
            addHeader(headers, name, json);
            count++;
          }
          if (count < 2) {
            throw onlyText(name, "an array of " + count);
          }
        } else {
          addHeader(headers, name, json);
        }
      }
    }
  }

  private static void addHeader(Headers headers, String name, JsonParser json)
      throws ProduceException {
    switch (json.currentToken()) {
      case VALUE_STRING -> headers.add(name, json.getString().getBytes(StandardCharsets.UTF_8));
      case VALUE_NULL -> headers.add(name, null);
      default -> throw onlyText(name, "no text");
    }
  }

  private static ProduceException onlyText(String name, String what) {
    return new ProduceException(
        "the payload's "
            + name
            + " is "
            + what
            + "; in the format float32 a payload is sent as headers, which are texts: use --format"
            + " json");
  }
}
