package io.weir.ingest.decode;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a Protobuf message as JSON.
 *
 * <p>Names are those of the schema. Numbers of any size are numbers, enums the names of their
 * values (the number where there is no name), bytes base64; a float or double that is no number
 * becomes the string {@code NaN}, {@code Infinity} or {@code -Infinity}. {@code Struct}, {@code
 * Value} and {@code ListValue} are the JSON that they stand for, wrappers what they wrap, a {@code
 * Timestamp} is text as RFC 3339 has it; all other messages are objects of their fields. A field
 * without presence is written whatever it is, one with presence where it is set.
 */
final class ProtobufJson {
  private ProtobufJson() {}

  /** Whether messages of this type become objects. */
  static boolean isObject(Descriptor type) {
    return switch (type.getFullName()) {
      case "google.protobuf.Value",
          "google.protobuf.ListValue",
          "google.protobuf.Timestamp",
          "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int64Value",
          "google.protobuf.UInt64Value",
          "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.BoolValue",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue" ->
          false;
      default -> true;
    };
  }

  static void writeMessage(JsonGenerator json, Message message) throws MalformedValueException {
    requireNoUnknownFields(message);
    Descriptor type = message.getDescriptorForType();
    switch (type.getFullName()) {
      case "google.protobuf.Struct" -> writeField(json, message, type.findFieldByNumber(1));
      case "google.protobuf.ListValue" -> writeField(json, message, type.findFieldByNumber(1));
      case "google.protobuf.Value" -> writeValue(json, message);
      case "google.protobuf.Timestamp" -> writeTimestamp(json, message);
      default -> {
        if (isObject(type)) {
          json.writeStartObject();
          for (FieldDescriptor field : type.getFields()) {
            if (isThere(message, field)) {
              json.writeName(field.getName());
              writeField(json, message, field);
            }
          }
          json.writeEndObject();
        } else {
          writeField(json, message, type.findFieldByNumber(1));
        }
      }
    }
  }

  /** Whether there is something to write. */
  static boolean isThere(Message message, FieldDescriptor field) {
    return !field.hasPresence() || message.hasField(field);
  }

  /** Writes the value of a field: of a repeated one an array, of a map an object. */
  static void writeField(JsonGenerator json, Message message, FieldDescriptor field)
      throws MalformedValueException {
    if (field.isMapField()) {
      json.writeStartObject();
      FieldDescriptor keys = field.getMessageType().findFieldByNumber(1);
      FieldDescriptor values = field.getMessageType().findFieldByNumber(2);
      for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
        Message one = (Message) message.getRepeatedField(field, i);
        json.writeName(text(keys, one.getField(keys)));
        writeSingle(json, values, one.getField(values));
      }
      json.writeEndObject();
    } else if (field.isRepeated()) {
      json.writeStartArray();
      for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
        writeSingle(json, field, message.getRepeatedField(field, i));
      }
      json.writeEndArray();
    } else {
      writeSingle(json, field, message.getField(field));
    }
  }

  /** A string or an integer as text. */
  static String text(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case UINT32, FIXED32 -> Integer.toUnsignedString((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      default -> value.toString();
    };
  }

  /** Fields that the schema does not have would be lost. */
  static void requireNoUnknownFields(Message message) throws MalformedValueException {
    if (!message.getUnknownFields().isEmpty()) {
      throw new MalformedValueException(
          RejectReason.UNKNOWN_FIELD,
          "message "
              + message.getDescriptorForType().getFullName()
              + " has no field with number "
              + message.getUnknownFields().asMap().keySet().iterator().next());
    }
  }

  private static void writeSingle(JsonGenerator json, FieldDescriptor field, Object value)
      throws MalformedValueException {
    switch (field.getType()) {
      case DOUBLE -> json.writeNumber((Double) value);
      case FLOAT -> json.writeNumber((Float) value);
      case INT32, SINT32, SFIXED32 -> json.writeNumber((Integer) value);
      case INT64, SINT64, SFIXED64 -> json.writeNumber((Long) value);
      case UINT32, FIXED32, UINT64, FIXED64 -> json.writeNumber(text(field, value));
      case BOOL -> json.writeBoolean((Boolean) value);
      case STRING -> json.writeString((String) value);
      case BYTES ->
          json.writeString(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
      case ENUM -> {
        EnumValueDescriptor symbol = (EnumValueDescriptor) value;
        if (symbol.getIndex() < 0) {
          json.writeNumber(symbol.getNumber());
        } else {
          json.writeString(symbol.getName());
        }
      }
      case MESSAGE, GROUP -> writeMessage(json, (Message) value);
    }
  }

  private static void writeValue(JsonGenerator json, Message value) throws MalformedValueException {
    for (FieldDescriptor field : value.getDescriptorForType().getFields()) {
      if (value.hasField(field) && field.getType() != FieldDescriptor.Type.ENUM) {
        writeField(json, value, field);
        return;
      }
    }
    json.writeNull();
  }

  private static void writeTimestamp(JsonGenerator json, Message timestamp)
      throws MalformedValueException {
    Descriptor type = timestamp.getDescriptorForType();
    long seconds = (Long) timestamp.getField(type.findFieldByNumber(1));
    int nanos = (Integer) timestamp.getField(type.findFieldByNumber(2));
    try {
      json.writeString(Instant.ofEpochSecond(seconds, nanos).toString());
    } catch (DateTimeException e) {
      throw new MalformedValueException(
          RejectReason.MALFORMED_PROTOBUF, "a timestamp of " + seconds + " seconds");
    }
  }
}
