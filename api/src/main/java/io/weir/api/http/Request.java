package io.weir.api.http;

import io.weir.api.observe.Observation;
import io.weir.api.observe.QueryNotes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * A request as its handler sees it.
 *
 * <p><b>Threads:</b> belongs to the request's handler; {@link #body} may be subscribed to once.
 */
public final class Request {

  private final Map<String, String> pathValues;
  private final Map<String, String> parameters;
  private final String contentType;
  private final String answerType;
  private final String userAgent;
  private final Mono<byte[]> body;
  private final Observation observation;
  private final Function<String, Optional<String>> headers;

  Request(
      Map<String, String> pathValues,
      Map<String, String> parameters,
      String contentType,
      String answerType,
      String userAgent,
      Mono<byte[]> body,
      Observation observation,
      Function<String, Optional<String>> headers) {
    this.pathValues = pathValues;
    this.parameters = parameters;
    this.contentType = contentType;
    this.answerType = answerType;
    this.userAgent = userAgent;
    this.body = body;
    this.observation = observation;
    this.headers = headers;
  }

  /**
   * Returns the value of a parameter of the route's path, unescaped.
   *
   * @throws IllegalArgumentException if the route's path has no such parameter
   */
  public String pathValue(String name) {
    String value = pathValues.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route's path has no parameter " + name);
    }
    return value;
  }

  /** Whether the query has any parameter. */
  public boolean hasParameters() {
    return !parameters.isEmpty();
  }

  /**
   * Returns a query parameter that is true or false.
   *
   * @throws ProblemException if it is neither
   */
  public boolean flag(String name, boolean absent) {
    String value = parameters.get(name);
    if (value == null) {
      return absent;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default -> throw refused(name, value, "true and false");
    };
  }

  /**
   * Returns a query parameter that is an integer.
   *
   * @throws ProblemException if it is not
   */
  public int integer(String name, int absent) {
    String value = parameters.get(name);
    if (value == null) {
      return absent;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw refused(name, value, "integers");
    }
  }

  /** Returns a query parameter. */
  public Optional<String> text(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** Returns a header, the first of that name. */
  public Optional<String> header(String name) {
    return headers.apply(name);
  }

  /** Of the media types of the route's answers, the one that the client wants. */
  public String answerType() {
    return answerType;
  }

  /** What the client says it is; empty where it says nothing. */
  public String userAgent() {
    return userAgent;
  }

  /** The body's media type in lower case, without parameters; empty where none was sent. */
  public String mediaType() {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }

  /** The problem of a body that is not of one of these media types. */
  public ProblemException unsupportedContentType(String... allowed) {
    String types = String.join(", ", allowed);
    return Problem.of(
            ProblemType.UNSUPPORTED_CONTENT_TYPE,
            "the content type is '" + mediaType() + "'; allowed are " + types)
        .withHeader("Accept-Post", types)
        .toException();
  }

  /**
   * The whole body, read when subscribed to.
   *
   * <p><b>Errors:</b> {@link ProblemType#BODY_TOO_LARGE}, {@link ProblemType#SLOW_BODY}.
   */
  public Mono<byte[]> body() {
    return body;
  }

  /** Says that the request is a query, which is watched from now on. */
  public QueryNotes query(QueryNotes.Kind kind, String collection) {
    return observation.query(kind, collection);
  }

  private static ProblemException refused(String name, String value, String allowed) {
    return Problem.of(
            ProblemType.INVALID_PARAMETER,
            "query parameter " + name + " is '" + value + "'; allowed are " + allowed)
        .toException();
  }
}
