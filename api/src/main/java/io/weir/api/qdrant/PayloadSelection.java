package io.weir.api.qdrant;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What of a payload is wanted: {@code true}, {@code false}, an array of paths, or {@code
 * {"include": paths}} or {@code {"exclude": paths}}. A path is the name of a property, or names
 * joined by dots; {@code []} behind a name changes nothing, arrays are gone into anyway.
 */
sealed interface PayloadSelection {

  /** Nothing of it. */
  record None() implements PayloadSelection {}

  /** All of it, byte for byte as it was sent. */
  record Whole() implements PayloadSelection {}

  /** What is at these paths. */
  record Only(List<String> paths) implements PayloadSelection {}

  /** What is at no such path. */
  record Without(List<String> paths) implements PayloadSelection {}

  /** The most paths. */
  int MAX_PATHS = 1_024;

  /** Whether anything of it is wanted. */
  default boolean isWanted() {
    return !(this instanceof None);
  }

  /** Reads the selection that the parser stands on. */
  static PayloadSelection read(JsonParser json) {
    String what = json.currentName();
    if (json.currentToken() == JsonToken.START_ARRAY) {
      return new Only(paths(json, what));
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return JsonRequest.flag(json, what) ? new Whole() : new None();
    }
    List<PayloadSelection> selections = new ArrayList<>();
    JsonRequest.object(
        json,
        what,
        new PointProperties()
            .take("include", value -> selections.add(new Only(paths(value, what + ".include"))))
            .take("exclude", value -> selections.add(new Without(paths(value, what + ".exclude"))))
            .known());
    if (selections.size() != 1) {
      throw Problem.of(ProblemType.INVALID_PROPERTY, what + " must have one of include and exclude")
          .toException();
    }
    return selections.getFirst();
  }

  private static List<String> paths(JsonParser json, String what) {
    List<String> paths = new ArrayList<>();
    JsonRequest.array(
        json,
        what,
        MAX_PATHS,
        i ->
            element ->
                paths.add(JsonRequest.text(element, what + "[" + i + "]").replace("[]", "")));
    return paths;
  }
}
