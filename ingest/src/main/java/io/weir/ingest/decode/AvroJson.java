package io.weir.ingest.decode;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a value in Avro's binary encoding as JSON.
 *
 * <p>Records and maps become objects, arrays arrays, strings and symbols strings, numbers numbers;
 * bytes and fixed become base64, but where they are decimals numbers; of other logical types the
 * number or text that is written stands. A float or double that is no number becomes the string
 * {@code NaN}, {@code Infinity} or {@code -Infinity}. A union's branch is not named.
 */
final class AvroJson {
  private static final int MAX_DEPTH = 100;

  /** Its digits stay below {@link NumberScanner#MAX_CHARS}. */
  private static final int MAX_DECIMAL_BYTES = 400;

  private AvroJson() {}

  static void write(JsonGenerator json, Schema schema, AvroCursor in, int depth)
      throws MalformedValueException {
    if (depth > MAX_DEPTH) {
      throw in.malformed("nested more than " + MAX_DEPTH + " deep");
    }
    switch (schema.getType()) {
      case NULL -> json.writeNull();
      case BOOLEAN -> json.writeBoolean(in.readBoolean());
      case INT -> json.writeNumber(in.readInt());
      case LONG -> json.writeNumber(in.readLong());
      case FLOAT -> json.writeNumber(in.readFloat());
      case DOUBLE -> json.writeNumber(in.readDouble());
      case STRING -> json.writeString(in.readString());
      case ENUM -> {
        var symbols = schema.getEnumSymbols();
        json.writeString(symbols.get(in.readIndex(symbols.size(), "symbol")));
      }
      case BYTES -> {
        int from = in.skipBytes();
        writeBytes(json, schema.getLogicalType(), in, from);
      }
      case FIXED -> {
        int from = in.skip(schema.getFixedSize());
        writeBytes(json, schema.getLogicalType(), in, from);
      }
      case UNION -> write(json, branch(schema, in), in, depth);
      case ARRAY -> {
        json.writeStartArray();
        for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
          for (long i = 0; i < n; i++) {
            write(json, schema.getElementType(), in, depth + 1);
          }
        }
        json.writeEndArray();
      }
      case MAP -> {
        json.writeStartObject();
        for (long n = in.readBlockCount(); n > 0; n = in.readBlockCount()) {
          for (long i = 0; i < n; i++) {
            json.writeName(in.readString());
            write(json, schema.getValueType(), in, depth + 1);
          }
        }
        json.writeEndObject();
      }
      case RECORD -> {
        json.writeStartObject();
        for (Schema.Field field : schema.getFields()) {
          json.writeName(field.name());
          write(json, field.schema(), in, depth + 1);
        }
        json.writeEndObject();
      }
    }
  }

  /** Returns the schema itself, of a union the branch that the value takes. */
  static Schema branch(Schema schema, AvroCursor in) throws MalformedValueException {
    if (!schema.isUnion()) {
      return schema;
    }
    var branches = schema.getTypes();
    return branches.get(in.readIndex(branches.size(), "branch"));
  }

  /** The bytes from an index to the cursor. */
  private static void writeBytes(
      JsonGenerator json, LogicalType logicalType, AvroCursor in, int from)
      throws MalformedValueException {
    byte[] bytes = Arrays.copyOfRange(in.bytes(), from, in.at());
    if (!(logicalType instanceof LogicalTypes.Decimal decimal)) {
      json.writeString(Base64.getEncoder().encodeToString(bytes));
      return;
    }
    if (bytes.length == 0 || bytes.length > MAX_DECIMAL_BYTES) {
      throw in.malformed(
          "a decimal of " + bytes.length + " bytes; allowed are 1 to " + MAX_DECIMAL_BYTES);
    }
    json.writeNumber(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
  }
}
