package io.weir.api.http;

import io.weir.api.access.Role;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is served under a path.
 *
 * @param method {@code GET} or {@code POST}; {@code HEAD} is served by the route of {@code GET}
 * @param path where; parameters in braces
 * @param parameters query parameters that the route knows; any other is refused
 * @param produces media types of its answers, the one of clients that do not care first
 * @param needed the role of a key that may ask, where the server has keys; empty for anybody
 * @param handler who answers
 */
public record Route(
    String method,
    PathTemplate path,
    Set<String> parameters,
    List<String> produces,
    Optional<Role> needed,
    Handler handler) {

  private static final List<String> JSON = List.of(MediaTypes.JSON);
  private static final Optional<Role> READER = Optional.of(Role.READ);

  /** A route that reads. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", PathTemplate.of(path), Set.of(), JSON, READER, handler);
  }

  /** A route that takes a body. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", PathTemplate.of(path), Set.of(), JSON, READER, handler);
  }

  /** Returns this route with the query parameters that it knows. */
  public Route with(String... known) {
    return new Route(method, path, Set.of(known), produces, needed, handler);
  }

  /** Returns this route with the media types of its answers, the preferred one first. */
  public Route producing(String... mediaTypes) {
    return new Route(method, path, parameters, List.of(mediaTypes), needed, handler);
  }

  /** Returns this route for those whose keys have a role. */
  public Route needing(Role role) {
    return new Route(method, path, parameters, produces, Optional.of(role), handler);
  }

  /** Returns this route for anybody, with a key or without one. */
  public Route open() {
    return new Route(method, path, parameters, produces, Optional.empty(), handler);
  }
}
