package io.weir.api.testing;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldReader;
import io.weir.storage.field.FieldSink;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds fields in the tree of a payload, as plainly as can be: values of the right kind, at the
 * outermost level.
 */
public final class TreeFieldReader implements FieldReader {

  private static final JsonMapper JSON = new JsonMapper();

  private final List<Field> fields;

  private TreeFieldReader(List<Field> fields) {
    this.fields = fields;
  }

  /** What a collection with these fields is declared with. */
  public static DeclaredFields declared(Field... fields) {
    return new DeclaredFields(List.of(fields), new TreeFieldReader(List.of(fields)));
  }

  @Override
  public void read(MemorySegment payload, FieldSink values) {
    JsonNode tree = JSON.readTree(payload.toArray(ValueLayout.JAVA_BYTE));
    for (int number = 0; number < fields.size(); number++) {
      JsonNode value = tree.path(fields.get(number).name());
      for (JsonNode one : value.isArray() ? value : List.of(value)) {
        put(number, one, values);
      }
    }
  }

  private void put(int number, JsonNode one, FieldSink values) {
    switch (fields.get(number).type()) {
      case KEYWORD -> {
        if (one.isString()) {
          byte[] text = one.stringValue().getBytes(StandardCharsets.UTF_8);
          values.keyword(number, text, 0, text.length);
        }
      }
      case LONG, TIMESTAMP -> {
        if (one.isIntegralNumber()) {
          values.whole(number, one.longValue());
        }
      }
      case DOUBLE -> {
        if (one.isNumber()) {
          values.real(number, one.doubleValue());
        }
      }
      case BOOLEAN -> {
        if (one.isBoolean()) {
          values.flag(number, one.booleanValue());
        }
      }
    }
  }
}
