package io.weir.api.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a client prefers: a header of names with weights, as {@code Accept} and {@code
 * Accept-Encoding} are. Parameters other than {@code q} are passed over, and so is what cannot be
 * read.
 */
final class Preferences {

  private final Map<String, Double> weights = new LinkedHashMap<>();

  private Preferences() {}

  static Preferences of(String header) {
    Preferences preferences = new Preferences();
    for (String element : header.split(",", -1)) {
      String[] parts = element.split(";", -1);
      String name = parts[0].strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty()) {
        preferences.weights.put(name, weight(parts));
      }
    }
    return preferences;
  }

  private static double weight(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
      if (parameter.startsWith("q=")) {
        try {
          return Math.clamp(Double.parseDouble(parameter.substring(2)), 0.0, 1.0);
        } catch (NumberFormatException e) {
          return 1;
        }
      }
    }
    return 1;
  }

  /** The weight of the first of these names that is given; 0 if none is. */
  double quality(String... names) {
    for (String name : names) {
      Double weight = weights.get(name);
      if (weight != null) {
        return weight;
      }
    }
    return 0;
  }

  /** The media type that is wanted most; of equal ones the first. Empty if none is wanted. */
  Optional<String> best(List<String> mediaTypes) {
    if (weights.isEmpty()) {
      return Optional.of(mediaTypes.getFirst());
    }
    String best = "";
    double most = 0;
    for (String type : mediaTypes) {
      String bare = type.split(";", 2)[0];
      double weight = quality(bare, bare.substring(0, bare.indexOf('/')) + "/*", "*/*");
      if (weight > most) {
        best = type;
        most = weight;
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }
}
