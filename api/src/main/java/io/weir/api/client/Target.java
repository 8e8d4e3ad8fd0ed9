package io.weir.api.client;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Path and query of a request, as they are put together.
 *
 * <p><b>Threads:</b> one.
 */
final class Target {

  private final StringBuilder text;
  private char before = '?';

  private Target(String path) {
    this.text = new StringBuilder(path);
  }

  /** A path, percent-encoded already. */
  static Target of(String path) {
    return new Target(path);
  }

  /** Returns a name as it can stand in a path. */
  static String segment(String name) {
    return switch (name) {
      // Whoever is in between would take these for places.
      case "." -> "%2E";
      case ".." -> "%2E%2E";
      default -> encoded(name);
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Adds a parameter. */
  Target with(String name, String value) {
    text.append(before).append(name).append('=').append(encoded(value));
    before = '&';
    return this;
  }

  /** Adds positions, where there are any. */
  Target at(Position minPosition, Position asOf) {
    if (!minPosition.isEmpty()) {
      with("minPosition", minPosition.toString());
    }
    if (!asOf.isEmpty()) {
      with("asOf", asOf.toString());
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
