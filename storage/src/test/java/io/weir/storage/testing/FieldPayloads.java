package io.weir.storage.testing;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldReader;
import io.weir.storage.field.FieldSink;
import io.weir.storage.field.FieldValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Payloads that are values of fields, by name: of any type, whatever the field is declared as. */
public final class FieldPayloads {
  private FieldPayloads() {}

  /** Encodes values. */
  public static MemorySegment encode(Map<String, List<FieldValue>> values) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (Map.Entry<String, List<FieldValue>> field : values.entrySet()) {
        out.writeUTF(field.getKey());
        out.writeInt(field.getValue().size());
        for (FieldValue value : field.getValue()) {
          write(out, value);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return MemorySegment.ofArray(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, FieldValue value) throws IOException {
    switch (value) {
      case FieldValue.Keyword(String text) -> {
        out.writeByte(0);
        out.writeUTF(text);
      }
      case FieldValue.Whole(long whole) -> {
        out.writeByte(1);
        out.writeLong(whole);
      }
      case FieldValue.Real(double real) -> {
        out.writeByte(2);
        out.writeDouble(real);
      }
      case FieldValue.Flag(boolean flag) -> {
        out.writeByte(3);
        out.writeBoolean(flag);
      }
    }
  }

  /** Decodes what was encoded. */
  public static Map<String, List<FieldValue>> decode(MemorySegment payload) {
    Map<String, List<FieldValue>> values = new LinkedHashMap<>();
    byte[] bytes = payload.toArray(ValueLayout.JAVA_BYTE);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      while (in.available() > 0) {
        String name = in.readUTF();
        List<FieldValue> list = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
          list.add(read(in));
        }
        values.put(name, list);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return values;
  }

  private static FieldValue read(DataInputStream in) throws IOException {
    return switch (in.readByte()) {
      case 0 -> new FieldValue.Keyword(in.readUTF());
      case 1 -> new FieldValue.Whole(in.readLong());
      case 2 -> new FieldValue.Real(in.readDouble());
      default -> new FieldValue.Flag(in.readBoolean());
    };
  }

  /** Declares fields of such payloads. */
  public static DeclaredFields declare(List<Field> fields) {
    return new DeclaredFields(fields, new Reader(new DeclaredFields(fields, (_, _) -> {})));
  }

  private record Reader(DeclaredFields names) implements FieldReader {
    @Override
    public void read(MemorySegment payload, FieldSink sink) {
      decode(payload)
          .forEach((name, values) -> {
            OptionalInt field = names.number(name);
            if (field.isPresent()) {
              values.forEach(value -> put(sink, field.getAsInt(), value));
            }
          });
    }

    private static void put(FieldSink sink, int field, FieldValue value) {
      switch (value) {
        case FieldValue.Keyword(String text) -> {
          byte[] utf8 = ("." + text + ".").getBytes(StandardCharsets.UTF_8);
          sink.keyword(field, utf8, 1, utf8.length - 1);
        }
        case FieldValue.Whole(long whole) -> sink.whole(field, whole);
        case FieldValue.Real(double real) -> sink.real(field, real);
        case FieldValue.Flag(boolean flag) -> sink.flag(field, flag);
      }
    }
  }
}
