package io.weir.ingest.decode;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldSink;
import io.weir.storage.field.FieldType;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Remembers the values of a payload by the names of their fields, and the misfits. */
final class FieldValues implements FieldSink {
  private final List<Field> fields;
  final Map<String, List<Object>> values = new TreeMap<>();
  final Map<String, Integer> misfits = new TreeMap<>();

  private FieldValues(List<Field> fields) {
    this.fields = fields;
  }

  static FieldValues of(JsonFieldReader reader, List<Field> fields, byte[] payload) {
    return of(reader, fields, MemorySegment.ofArray(payload));
  }

  static FieldValues of(JsonFieldReader reader, List<Field> fields, MemorySegment payload) {
    FieldValues read = new FieldValues(fields);
    reader.read(payload, read);
    reader.takeMisfits(
        (field, why, count) -> read.misfits.put(read.name(field) + " " + why.id(), count));
    return read;
  }

  /** Reads {@code name:type} as a field. */
  static Field field(String text) {
    int colon = text.lastIndexOf(':');
    return new Field(
        text.substring(0, colon),
        Arrays.stream(FieldType.values())
            .filter(type -> type.name().equalsIgnoreCase(text.substring(colon + 1)))
            .findFirst()
            .orElseThrow());
  }

  private String name(int field) {
    return fields.get(field).name();
  }

  private void put(int field, Object value) {
    values.computeIfAbsent(name(field), _ -> new ArrayList<>()).add(value);
  }

  @Override
  public void keyword(int field, byte[] bytes, int from, int to) {
    put(field, new String(bytes, from, to - from, StandardCharsets.UTF_8));
  }

  @Override
  public void whole(int field, long value) {
    put(field, value);
  }

  @Override
  public void real(int field, double value) {
    put(field, value);
  }

  @Override
  public void flag(int field, boolean value) {
    put(field, value);
  }
}
