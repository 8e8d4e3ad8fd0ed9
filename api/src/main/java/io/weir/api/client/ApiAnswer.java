package io.weir.api.client;

import io.weir.api.client.WeirProblemException.Problem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A whole answer.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
final class ApiAnswer {

  static final int OK = 200;

  private static final byte[] NOTHING = {};

  /** Whoever says more means never. */
  private static final long LONGEST_PAUSE_SECONDS = 86_400;

  private final String server;
  private final int status;
  private final Headers headers;
  private final byte[] body;

  ApiAnswer(String server, int status, Headers headers, byte[] body) {
    this.server = server;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /** Headers by name. */
  @FunctionalInterface
  interface Headers {

    /** Its value, or null. */
    @Nullable String get(String name);
  }

  /** The head of an answer whose body comes in pieces. */
  static ApiAnswer head(String server, int status, Headers headers) {
    return new ApiAnswer(server, status, headers, NOTHING);
  }

  int status() {
    return status;
  }

  byte[] body() {
    return body;
  }

  /** The position of an answer that is no JSON document. */
  Seen seen() {
    UnaryOperator<String> header = name -> Optional.ofNullable(headers.get(name)).orElse("");
    return new Seen(
        Position.parse(header.apply("Weir-Position")), Position.parse(header.apply("Weir-Lag")));
  }

  /** What the answer says was wrong. A proxy's word counts as well, as far as it can be read. */
  WeirProblemException problem() {
    try {
      JsonObject json = JsonObject.read(body);
      return new WeirProblemException(
          new Problem(
              server,
              json.text("type"),
              status,
              json.optionalText("title").orElse(""),
              json.optionalText("detail").orElse("without a reason"),
              json.optionalText("errorId"),
              json.optionalText("traceId"),
              json.position("position"),
              json.position("oldest"),
              json.position("newest"),
              retryAfter()));
    } catch (JacksonException | UnreadableAnswer e) {
      return new WeirProblemException(
          new Problem(
              server,
              "about:blank",
              status,
              "",
              "without a problem document: whoever answers is no Weir",
              Optional.empty(),
              Optional.empty(),
              Position.NONE,
              Position.NONE,
              Position.NONE,
              retryAfter()));
    }
  }

  /** Seconds, or a date; what is neither says nothing. */
  private Optional<Duration> retryAfter() {
    String text = headers.get("Retry-After");
    if (text == null) {
      return Optional.empty();
    }
    try {
      Duration pause =
          text.chars().allMatch(Character::isDigit)
              ? Duration.ofSeconds(Math.min(Long.parseLong(text), LONGEST_PAUSE_SECONDS))
              : Duration.between(
                  Instant.now(),
                  ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
