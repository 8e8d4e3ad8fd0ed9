package io.weir.storage.field;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The fields that a collection can be filtered by, and how they are found in payloads.
 *
 * <p>They may change from one start to the next: rows that were written with others are read from
 * their payloads, which is slower, until a compaction writes them anew.
 *
 * @param fields at most {@link #MAX_FIELDS}, with names that differ
 * @param reader finds their values
 */
public record DeclaredFields(List<Field> fields, FieldReader reader) {

  /** The most fields of a collection. */
  public static final int MAX_FIELDS = 64;

  /** No fields. */
  public static final DeclaredFields NONE = new DeclaredFields(List.of(), (_, _) -> {});

  /** Checks number and names. */
  public DeclaredFields {
    fields = List.copyOf(fields);
    if (fields.size() > MAX_FIELDS) {
      throw new IllegalArgumentException(
          fields.size() + " fields are declared; allowed are " + MAX_FIELDS);
    }
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("the field " + field.name() + " is declared twice");
      }
    }
  }

  /** Returns a field's number, if it is declared. */
  public OptionalInt number(String name) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name().equals(name)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }
}
