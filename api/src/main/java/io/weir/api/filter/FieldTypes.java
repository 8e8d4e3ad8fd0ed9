package io.weir.api.filter;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The types of fields as clients see them. */
public final class FieldTypes {

  private static final int NAMED_IN_A_MESSAGE = 20;

  private FieldTypes() {}

  /** The name of a type. */
  public static String name(FieldType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** Some fields with their types, for a person. */
  static String shown(List<Field> fields) {
    String first =
        fields.stream()
            .limit(NAMED_IN_A_MESSAGE)
            .map(field -> field.name() + " (" + name(field.type()) + ")")
            .collect(Collectors.joining(", "));
    int more = fields.size() - NAMED_IN_A_MESSAGE;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
