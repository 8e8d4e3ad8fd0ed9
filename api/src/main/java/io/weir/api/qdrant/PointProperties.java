package io.weir.api.qdrant;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import io.weir.api.json.JsonRequest;
import io.weir.api.json.JsonRequest.Property;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonParser;

/**
 * What reads the properties of an object of Qdrant's, where null stands for one that is not there.
 */
final class PointProperties {
  private final Map<String, Property> known = new HashMap<>();

  /** Reads a property. */
  PointProperties take(String name, Property property) {
    known.put(name, property);
    return this;
  }

  /** Passes over properties that change nothing here. */
  PointProperties ignore(String... names) {
    for (String name : names) {
      known.put(name, JsonParser::skipChildren);
    }
    return this;
  }

  /** Refuses a property. */
  PointProperties refuse(String name, String why) {
    return take(
        name,
        _ -> {
          throw unsupported(name, why);
        });
  }

  /** The problem of something that there is no counterpart of. */
  static RuntimeException unsupported(String name, String why) {
    return Problem.of(ProblemType.INVALID_PROPERTY, name + " is not supported by Weir: " + why)
        .toException();
  }

  /** All of them, by name. */
  Map<String, Property> known() {
    return JsonRequest.withoutNulls(known);
  }
}
