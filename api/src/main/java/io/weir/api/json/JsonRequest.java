package io.weir.api.json;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * Reads a request body that is one JSON object, strictly: no property that is not known, none
 * twice, no value of another kind, nothing behind the object.
 *
 * <p>Every method throws a {@link ProblemException} that says what was wrong and what is allowed.
 */
public final class JsonRequest {

  /** A filter of 16 groups has two levels for each, and it may be in a search of a batch. */
  private static final int MAX_DEPTH = 64;

  private static final int MAX_STRING_CHARS = 64 << 10;
  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_NUMBER_CHARS = 32;
  private static final int MAX_TOKENS = 100_000;
  private static final int FIRST_COMPONENTS = 1_024;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING_CHARS)
                  .maxNameLength(MAX_NAME_CHARS)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Read, so that they can be refused by name and place.
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private JsonRequest() {}

  /** Takes the value of one property; the parser stands on its first token. */
  @FunctionalInterface
  public interface Property {

    /** Reads the value up to its last token. */
    void read(JsonParser json);
  }

  /** Reads the properties of the object that the body is. */
  public static void read(byte[] body, Map<String, Property> known) {
    read(body, 0, body.length, known);
  }

  /** Reads the properties of the object that a part of the body is. */
  public static void read(byte[] body, int from, int length, Map<String, Property> known) {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body, from, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("it must be one JSON object");
      }
      properties(json, "", known);
      if (json.nextToken() != null) {
        throw malformed("there is something behind the JSON object");
      }
    } catch (StreamConstraintsException e) {
      throw malformed(
          "the document is beyond a limit: depth "
              + MAX_DEPTH
              + ", strings "
              + MAX_STRING_CHARS
              + " and numbers "
              + MAX_NUMBER_CHARS
              + " characters, "
              + MAX_TOKENS
              + " tokens");
    } catch (JacksonException e) {
      throw malformed(e.getOriginalMessage() + place(e));
    }
  }

  private static String place(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
  }

  /** Those of an object; {@code whose} it is follows a property's name in a sentence. */
  private static void properties(JsonParser json, String whose, Map<String, Property> known) {
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      Property property = known.get(name);
      if (property == null) {
        throw unknown(name, whose, known);
      }
      json.nextToken();
      property.read(json);
    }
  }

  /** Returns what reads the same properties, where null is as good as absent. */
  public static Map<String, Property> withoutNulls(Map<String, Property> known) {
    Map<String, Property> readers = new HashMap<>();
    known.forEach((name, property) ->
        readers.put(
            name,
            json -> {
              if (json.currentToken() != JsonToken.VALUE_NULL) {
                property.read(json);
              }
            }));
    return readers;
  }

  /** Reads the properties of an object. */
  public static void object(JsonParser json, String what, Map<String, Property> known) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrongKind(json, what, "an object");
    }
    properties(json, " of " + what, known);
  }

  /**
   * Reads an array.
   *
   * @param element reads one element; the parser stands on its first token
   * @param most how many there may be
   */
  public static void array(JsonParser json, int most, IntFunction<Property> element) {
    array(json, json.currentName(), most, element);
  }

  /**
   * Reads an array in a part of the body.
   *
   * @param name where it is
   * @param element reads one element; the parser stands on its first token
   * @param most how many there may be
   */
  public static void array(JsonParser json, String name, int most, IntFunction<Property> element) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrongKind(json, name, "an array");
    }
    for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
      if (i == most) {
        throw Problem.of(
                ProblemType.INVALID_PROPERTY,
                name + " has more than " + most + " elements, which is the limit")
            .toException();
      }
      element.apply(i).read(json);
    }
  }

  /** Reads an object that has an offset for each of some partitions. */
  public static SortedMap<Integer, Long> offsets(JsonParser json) {
    String what = json.currentName();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wrongKind(json, what, "an object: an offset for each partition");
    }
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      offsets.put(partition(what, name), wholeNumber(json));
    }
    return offsets;
  }

  private static int partition(String what, String name) {
    try {
      int partition = Integer.parseInt(name);
      if (partition >= 0 && name.equals(Integer.toString(partition))) {
        return partition;
      }
    } catch (NumberFormatException e) {
      // Told below, with what is allowed.
    }
    throw Problem.of(
            ProblemType.INVALID_PROPERTY,
            what + " has '" + name + "', which is no number of a partition: 0, 1, 2, ...")
        .toException();
  }

  /** Reads true or false. */
  public static boolean flag(JsonParser json) {
    return flag(json, json.currentName());
  }

  /** Reads true or false in a part of the body. */
  public static boolean flag(JsonParser json, String what) {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw wrongKind(json, what, "true or false");
    };
  }

  /** Reads a string. */
  public static String text(JsonParser json) {
    return text(json, json.currentName());
  }

  /** Reads a string in an array, or in a part of the body. */
  public static String text(JsonParser json, String what) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongKind(json, what, "a string");
    }
    return json.getString();
  }

  /** Reads an integer of 32 bits. */
  public static int integer(JsonParser json) {
    return integer(json, json.currentName());
  }

  /** Reads an integer of 32 bits in a part of the body. */
  public static int integer(JsonParser json, String what) {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() != JsonParser.NumberType.INT) {
      throw wrongKind(json, what, "an integer");
    }
    return json.getIntValue();
  }

  /** Reads an integer of 64 bits that is not negative. */
  public static long wholeNumber(JsonParser json) {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
        || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || json.getLongValue() < 0) {
      throw wrongKind(json, json.currentName(), "an integer of 0 to 9223372036854775807");
    }
    return json.getLongValue();
  }

  /** Reads a finite float32 number. */
  public static float number(JsonParser json) {
    if (!json.currentToken().isNumeric()) {
      throw wrongKind(json, json.currentName(), "a number");
    }
    float number = json.getFloatValue();
    if (!Float.isFinite(number)) {
      throw wrongKind(json, json.currentName(), "a finite float32 number");
    }
    return number;
  }

  /** Reads an array of finite float32 numbers. */
  public static float[] vector(JsonParser json) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wrongKind(json, json.currentName(), "an array of numbers");
    }
    String name = json.currentName();
    float[] components = new float[FIRST_COMPONENTS];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (!json.currentToken().isNumeric()) {
        throw wrongKind(json, name + "[" + count + "]", "a number");
      }
      float component = json.getFloatValue();
      if (!Float.isFinite(component)) {
        throw notFinite(name, count, json.getString());
      }
      if (count == components.length) {
        components = Arrays.copyOf(components, count * 2);
      }
      components[count++] = component;
    }
    return Arrays.copyOf(components, count);
  }

  private static ProblemException notFinite(String name, int index, String text) {
    return Problem.of(
            ProblemType.INVALID_VECTOR,
            name + "[" + index + "] is " + text + "; allowed are finite float32 numbers")
        .toException();
  }

  private static ProblemException unknown(String name, String whose, Map<String, Property> known) {
    String allowed =
        known.isEmpty()
            ? "none is allowed here"
            : "allowed are " + String.join(", ", new TreeSet<>(known.keySet()));
    return Problem.of(
            ProblemType.UNKNOWN_PROPERTY,
            "property '" + name + "'" + whose + " is not known; " + allowed)
        .toException();
  }

  /**
   * The problem of a value of another kind.
   *
   * @param what where the value is, that the parser stands on
   */
  public static ProblemException wrongKind(JsonParser json, String what, String allowed) {
    String found =
        switch (json.currentToken()) {
          case VALUE_STRING -> "a string";
          case VALUE_NULL -> "null";
          case VALUE_TRUE, VALUE_FALSE -> "true or false";
          case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + json.getString();
          case START_OBJECT -> "an object";
          case START_ARRAY -> "an array";
          default -> "something else";
        };
    return Problem.of(
            ProblemType.INVALID_PROPERTY, what + " is " + found + "; it must be " + allowed)
        .toException();
  }

  private static ProblemException malformed(String detail) {
    return Problem.of(ProblemType.MALFORMED_JSON, detail).toException();
  }
}
