package io.weir.api.http;

import io.weir.api.access.Role;

/** The problems of requests that are not let in. */
final class Refusals {

  private Refusals() {}

  /** The same for a key that is missing, unknown or has expired. */
  static ProblemException unauthorized() {
    return Problem.of(
            ProblemType.UNAUTHORIZED,
            "send a key that is known here and has not expired, as 'Authorization: Bearer KEY' or"
                + " 'api-key: KEY'")
        .withHeader("WWW-Authenticate", "Bearer realm=\"weir\"")
        .toException();
  }

  /** The client has a key, so it may know which. */
  static ProblemException forbidden(String key, Role has, Role needed) {
    return Problem.of(
            ProblemType.FORBIDDEN,
            "key '"
                + key
                + "' has the role "
                + has.text()
                + "; this needs the role "
                + needed.text())
        .toException();
  }

  static ProblemException tooMany(String key) {
    return Problem.of(
            ProblemType.TOO_MANY_REQUESTS,
            "there were more requests with key '" + key + "' than may be in a second; slow down")
        .withHeader(RetryAfter.HEADER, RetryAfter.seconds())
        .toException();
  }
}
