package io.weir.api.json;

import io.weir.storage.query.StoredRow;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JsonGenerator;

/**
 * The store's values as properties of the JSON object that is being written. What is absent is
 * {@code null}, so that every document of a kind has the same properties.
 */
public final class StoreJson {

  private static final long NO_TIMESTAMP = -1;

  /** More than most take, with the comma. */
  private static final int CHARACTERS_A_COMPONENT = 13;

  private StoreJson() {}

  /** Writes a row's properties, its vector and its payload only if they are wanted. */
  public static void row(
      JsonGenerator json, StoredRow row, boolean withVector, boolean withPayload) {
    json.writeNumberProperty("partition", row.partition());
    json.writeNumberProperty("offset", row.offset());
    json.writeName("timestamp");
    if (row.timestampMillis() == NO_TIMESTAMP) {
      json.writeNull();
    } else {
      json.writeNumber(row.timestampMillis());
    }
    if (withVector) {
      vector(json, row.vector());
    }
    if (withPayload) {
      payload(json, row.payload());
    }
  }

  /** Writes a vector as the property of that name. */
  public static void vector(JsonGenerator json, float[] vector) {
    // As one text: the generator makes a string of each number.
    StringBuilder text = new StringBuilder(CHARACTERS_A_COMPONENT * vector.length).append('[');
    for (int i = 0; i < vector.length; i++) {
      if (i > 0) {
        text.append(',');
      }
      text.append(vector[i]);
    }
    json.writeName("vector");
    WrittenJson.write(json, text.append(']').toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void payload(JsonGenerator json, byte[] payload) {
    json.writeName("payload");
    if (payload.length == 0) {
      json.writeNull();
    } else {
      sentPayload(json, payload);
    }
  }

  /** Writes a payload as a value: it is a JSON object since it was ingested, and goes out so. */
  public static void sentPayload(JsonGenerator json, byte[] payload) {
    WrittenJson.write(json, payload);
  }

  /**
   * Writes a row as an object that has no end of line: in a payload these stand between values
   * only, where a space means the same.
   */
  public static void rowInALine(
      JsonGenerator json, StoredRow row, boolean withVector, boolean withPayload) {
    unbroken(row);
    object(json, row, withVector, withPayload);
  }

  /** Takes the ends of line out of a row's payload. */
  public static void unbroken(StoredRow row) {
    byte[] payload = row.payload();
    for (int i = 0; i < payload.length; i++) {
      if (payload[i] == '\n' || payload[i] == '\r') {
        payload[i] = ' ';
      }
    }
  }

  /** Writes a row as an object. */
  public static void object(
      JsonGenerator json, StoredRow row, boolean withVector, boolean withPayload) {
    json.writeStartObject();
    json.writeStringProperty("key", row.key());
    row(json, row, withVector, withPayload);
    json.writeEndObject();
  }

  /** Writes a position: an object, or null. */
  public static void position(JsonGenerator json, String name, Optional<SourcePosition> position) {
    json.writeName(name);
    if (position.isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeNumberProperty("nextOffset", position.get().nextOffset());
    json.writeNumberProperty("leaderEpoch", position.get().leaderEpoch());
    json.writeEndObject();
  }

  /** Writes what the feeder of a shard has noted, each gap that it has accepted included. */
  public static void feedNotes(JsonGenerator json, String name, FeedNotes notes) {
    json.writeObjectPropertyStart(name);
    text(json, "caughtUpAt", notes.caughtUpAt().map(Instant::toString));
    OptionalInt partitions = notes.topicPartitions();
    number(
        json,
        "topicPartitions",
        partitions.isPresent() ? OptionalLong.of(partitions.getAsInt()) : OptionalLong.empty());
    json.writeArrayPropertyStart("gaps");
    for (Gap gap : notes.gaps()) {
      json.writeStartObject();
      json.writeNumberProperty("fromOffset", gap.fromOffset());
      json.writeNumberProperty("nextOffset", gap.nextOffset());
      json.writeStringProperty("acceptedAt", gap.acceptedAt().toString());
      json.writeStringProperty("reason", gap.reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Writes a text, or null. */
  public static void text(JsonGenerator json, String name, Optional<String> text) {
    json.writeName(name);
    if (text.isEmpty()) {
      json.writeNull();
    } else {
      json.writeString(text.get());
    }
  }

  /** Writes a number, or null. */
  public static void number(JsonGenerator json, String name, OptionalLong number) {
    json.writeName(name);
    if (number.isEmpty()) {
      json.writeNull();
    } else {
      json.writeNumber(number.getAsLong());
    }
  }

  /** Writes a duration in milliseconds, with microseconds behind the point. */
  public static void millis(JsonGenerator json, String name, Duration duration) {
    json.writeNumberProperty(name, TimeUnit.NANOSECONDS.toMicros(duration.toNanos()) / 1e3);
  }
}
