package io.weir.api.http;

import java.util.Map;

/**
 * Why a request was not answered as asked.
 *
 * @param type what kind of failure
 * @param detail what was wrong with this request, and what is allowed; for a person
 * @param headers response headers that belong to the problem, such as {@code Allow}
 * @param members further members of the document, beyond those of RFC 9457
 */
public record Problem(
    ProblemType type, String detail, Map<String, String> headers, Map<String, String> members) {

  /** A problem without headers or further members. */
  public static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, Map.of(), Map.of());
  }

  /** Returns this problem with a response header. */
  public Problem withHeader(String name, String value) {
    return new Problem(type, detail, Map.of(name, value), members);
  }

  /** Returns this problem with a further member. */
  public Problem withMember(String name, String value) {
    return new Problem(type, detail, headers, Map.of(name, value));
  }

  /** Returns this problem as something to throw or to signal. */
  public ProblemException toException() {
    return new ProblemException(this);
  }

  /**
   * Returns the problem document.
   *
   * @param instance path of the request
   */
  Answer answer(String instance) {
    byte[] body =
        JsonBody.of(json -> {
          json.writeStartObject();
          json.writeStringProperty("type", type.reference());
          json.writeStringProperty("title", type.title());
          json.writeNumberProperty("status", type.status());
          json.writeStringProperty("detail", detail);
          json.writeStringProperty("instance", instance);
          members.forEach(json::writeStringProperty);
          json.writeEndObject();
        });
    return new Answer(type.status(), Answer.PROBLEM_JSON, body, headers);
  }
}
