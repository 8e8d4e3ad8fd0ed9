package io.weir.api.filter;

import io.weir.api.http.ProblemException;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.field.FieldValue;
import io.weir.storage.field.Rfc3339;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes of what stands in a filter the value of a type. */
final class Literals {

  private static final String WHOLE_NUMBER = "a whole number of 64 bits";
  private static final String MOMENT =
      "a moment such as 2026-01-31T12:00:00Z, or a whole number of milliseconds since the epoch";

  private Literals() {}

  /**
   * Returns the value that a field is compared with.
   *
   * @throws ProblemException if it is not of the field's type
   */
  static FieldValue of(Field field, Literal literal) {
    Optional<FieldValue> value =
        switch (field.type()) {
          case KEYWORD -> text(literal).map(FieldValue.Keyword::new);
          case LONG -> whole(literal).map(FieldValue.Whole::new);
          case DOUBLE -> real(literal).map(FieldValue.Real::new);
          case BOOLEAN ->
              literal instanceof Literal.Flag(String _, boolean flag)
                  ? Optional.of(new FieldValue.Flag(flag))
                  : Optional.empty();
          case TIMESTAMP -> moment(literal).map(FieldValue.Whole::new);
        };
    return value.orElseThrow(() ->
        Refusal.of(
            literal.place(),
            "is "
                + literal.shown()
                + "; field '"
                + field.name()
                + "' is of type "
                + field.type().text()
                + ": it must be "
                + switch (field.type()) {
                  case KEYWORD -> "a string";
                  case LONG -> WHOLE_NUMBER;
                  case DOUBLE -> "a finite number";
                  case BOOLEAN -> "true or false";
                  case TIMESTAMP -> MOMENT;
                }));
  }

  /** Returns an offset. */
  static long offset(Literal literal) {
    return whole(literal)
        .orElseThrow(() ->
            Refusal.of(literal.place(), "is " + literal.shown() + "; it must be " + WHOLE_NUMBER));
  }

  /** Returns a moment, in milliseconds since the epoch. */
  static long millis(Literal literal) {
    return moment(literal)
        .orElseThrow(
            () -> Refusal.of(literal.place(), "is " + literal.shown() + "; it must be " + MOMENT));
  }

  /** Whether a string is text: one half of a surrogate pair alone is in no payload and no key. */
  static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static Optional<String> text(Literal literal) {
    return literal instanceof Literal.Text(String _, String text) && isText(text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private static Optional<Long> whole(Literal literal) {
    if (!(literal instanceof Literal.Digits(String _, String digits))) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(digits).longValueExact());
    } catch (ArithmeticException | NumberFormatException notWhole) {
      return Optional.empty();
    }
  }

  private static Optional<Double> real(Literal literal) {
    if (!(literal instanceof Literal.Digits(String _, String digits))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Double.parseDouble(digits)).filter(Double::isFinite);
    } catch (NumberFormatException notFinite) {
      // JSON's other names of what is not finite, such as -INF, are none of Java's.
      return Optional.empty();
    }
  }

  private static Optional<Long> moment(Literal literal) {
    if (literal instanceof Literal.Text(String _, String text)) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      long millis = Rfc3339.millis(utf8, 0, utf8.length);
      return millis == Rfc3339.NONE ? Optional.empty() : Optional.of(millis);
    }
    return whole(literal);
  }

  /**
   * Fails where a test does not go with the type of a field.
   *
   * @param place where the test stands
   */
  static void checkType(Field declared, String place, FieldType... allowed) {
    if (!Set.of(allowed).contains(declared.type())) {
      throw Refusal.of(
          place,
          "does not go with field '"
              + declared.name()
              + "', which is of type "
              + declared.type().text()
              + "; it goes with fields of type "
              + Stream.of(allowed).map(FieldType::text).collect(Collectors.joining(", ")));
    }
  }
}
