package io.weir.storage.testing;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldSink;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.query.Filter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Fields of payloads that are any text: the text itself, its length, and each of its bytes, as
 * often as it comes.
 */
public final class TextFields {
  private static final Field TEXT = new Field("text", FieldType.KEYWORD);
  private static final Field LENGTH = new Field("length", FieldType.LONG);
  private static final Field BYTES = new Field("bytes", FieldType.LONG);

  /** The fields. */
  public static final DeclaredFields DECLARED =
      new DeclaredFields(List.of(TEXT, LENGTH, BYTES), TextFields::read);

  private TextFields() {}

  private static void read(MemorySegment payload, FieldSink values) {
    byte[] bytes = payload.toArray(ValueLayout.JAVA_BYTE);
    values.keyword(0, bytes, 0, bytes.length);
    values.whole(1, bytes.length);
    for (byte one : bytes) {
      values.whole(2, one);
    }
  }

  /** Rows whose payload is of a length or longer. */
  public static Filter isLongAs(int length) {
    return new Filter.Range(
        LENGTH.name(),
        Optional.of(new Filter.Bound(new FieldValue.Whole(length), true)),
        Optional.empty());
  }

  /** Rows whose payload is a text. */
  public static Filter is(String text) {
    return new Filter.In(TEXT.name(), List.of(new FieldValue.Keyword(text)));
  }

  /** Rows whose payload has a byte. */
  public static Filter has(char one) {
    return new Filter.In(BYTES.name(), List.of(new FieldValue.Whole(one)));
  }
}
