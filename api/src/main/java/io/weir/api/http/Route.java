package io.weir.api.http;

import java.util.List;
import java.util.Set;

/**
 * What is served under a path.
 *
 * @param method {@code GET} or {@code POST}; {@code HEAD} is served by the route of {@code GET}
 * @param path where; parameters in braces
 * @param parameters query parameters that the route knows; any other is refused
 * @param produces media types of its answers, the one of clients that do not care first
 * @param handler who answers
 */
public record Route(
    String method,
    PathTemplate path,
    Set<String> parameters,
    List<String> produces,
    Handler handler) {

  /** A route that reads. */
  public static Route get(String path, Handler handler) {
    return new Route("GET", PathTemplate.of(path), Set.of(), List.of(MediaTypes.JSON), handler);
  }

  /** A route that takes a body. */
  public static Route post(String path, Handler handler) {
    return new Route("POST", PathTemplate.of(path), Set.of(), List.of(MediaTypes.JSON), handler);
  }

  /** Returns this route with the query parameters that it knows. */
  public Route with(String... known) {
    return new Route(method, path, Set.of(known), produces, handler);
  }

  /** Returns this route with the media types of its answers, the preferred one first. */
  public Route producing(String... mediaTypes) {
    return new Route(method, path, parameters, List.of(mediaTypes), handler);
  }
}
