package io.weir.api.filter;

import io.weir.api.json.JsonRequest;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;

/**
 * A value as it stands in a filter. What it is compared with may come behind it, so it is kept as
 * it is.
 */
sealed interface Literal {

  /** Where in the filter it stands. */
  String place();

  /** What it is, for a person, behind "is". */
  String shown();

  /** A string. */
  record Text(String place, String text) implements Literal {
    @Override
    public String shown() {
      return "a string";
    }
  }

  /** A number, as it is written. */
  record Digits(String place, String text) implements Literal {
    @Override
    public String shown() {
      return "the number " + text;
    }
  }

  /** True or false. */
  record Flag(String place, boolean value) implements Literal {
    @Override
    public String shown() {
      return String.valueOf(value);
    }
  }

  /** Reads the value that the parser stands on. */
  static Literal read(JsonParser json, String place) {
    return switch (json.currentToken()) {
      case VALUE_STRING -> new Text(place, json.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(place, json.getString());
      case VALUE_TRUE -> new Flag(place, true);
      case VALUE_FALSE -> new Flag(place, false);
      default -> throw JsonRequest.wrongKind(json, place, "a string, a number, true or false");
    };
  }

  /** Reads an array of values, which may be empty. */
  static List<Literal> readAll(JsonParser json, String place) {
    List<Literal> literals = new ArrayList<>();
    JsonRequest.array(
        json,
        place,
        FilterReader.MAX_VALUES,
        i -> element -> literals.add(read(element, place + "[" + i + "]")));
    return literals;
  }
}
