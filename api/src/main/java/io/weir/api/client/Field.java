package io.weir.api.client;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * A field of payloads that a collection declares, for conditions.
 *
 * @param name as it is declared, such as {@code lang} or {@code meta.year}
 */
public record Field(String name) {

  /** A field. */
  public static Field field(String name) {
    return new Field(name);
  }

  /** It has this value. */
  public Condition match(FieldValue value) {
    return new Condition.Match(name, value);
  }

  /** It has this text. */
  public Condition match(String text) {
    return match(FieldValue.value(text));
  }

  /** It has this whole number. */
  public Condition match(long number) {
    return match(FieldValue.value(number));
  }

  /** It has this number. */
  public Condition match(double number) {
    return match(FieldValue.value(number));
  }

  /** It is true, or false. */
  public Condition match(boolean flag) {
    return match(FieldValue.value(flag));
  }

  /** It is this moment. */
  public Condition match(Instant moment) {
    return match(FieldValue.value(moment));
  }

  /** It has one of these texts. */
  public Condition any(String... texts) {
    return any(Arrays.stream(texts).map(FieldValue::value).toList());
  }

  /** It has one of these values. */
  public Condition any(List<FieldValue> values) {
    return new Condition.Any(name, values);
  }

  /** It has a value in this range; not for booleans. */
  public Condition range(Range range) {
    return new Condition.InRange(name, range);
  }

  /** It has a value. */
  public Condition exists() {
    return new Condition.Exists(name, true);
  }

  /** It has no value. */
  public Condition missing() {
    return new Condition.Exists(name, false);
  }

  /** It is a keyword, and has a value that begins so. */
  public Condition prefix(String prefix) {
    return new Condition.Prefix(name, prefix);
  }
}
