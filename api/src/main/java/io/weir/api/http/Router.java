package io.weir.api.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the route of a request. */
public final class Router {

  private final List<Route> routes;
  private final Optional<PathFamily> family;

  /**
   * Serves these routes.
   *
   * @param family paths whose problems are told otherwise
   */
  public Router(List<Route> routes, Optional<PathFamily> family) {
    this.routes = List.copyOf(routes);
    this.family = family;
  }

  /** The family that a path belongs to, if it does to one. */
  Optional<PathFamily> family(List<String> path) {
    return family.filter(one -> one.has(path));
  }

  /** What was found. */
  sealed interface Match {

    /** A route, and the values of its path's parameters. */
    record Found(Route route, Map<String, String> values) implements Match {}

    /** The path is one of this route, but not with this method. */
    record WrongMethod(String route, String allowed) implements Match {}

    /** No route has this path. */
    record Nothing() implements Match {}
  }

  Match find(String method, List<String> path) {
    String wanted = method.equals("HEAD") ? "GET" : method;
    Optional<String> known = Optional.empty();
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> values = route.path().match(path);
      if (values.isEmpty()) {
        continue;
      }
      if (route.method().equals(wanted)) {
        return new Match.Found(route, values.get());
      }
      known = Optional.of(route.path().toString());
      allowed.add(route.method());
    }
    if (known.isEmpty()) {
      return new Match.Nothing();
    }
    if (allowed.contains("GET")) {
      allowed.add("HEAD");
    }
    return new Match.WrongMethod(known.get(), String.join(", ", allowed));
  }
}
