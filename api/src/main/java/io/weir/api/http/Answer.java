package io.weir.api.http;

import java.util.Map;

/**
 * A whole answer, in memory.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
public final class Answer {

  static final String PROBLEM_JSON = "application/problem+json";

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;

  /** Takes ownership of the body. */
  public Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }

  /**
   * Returns 200 with a JSON document. Writes it at once, on the calling thread.
   *
   * @throws ProblemException if the document is larger than {@link JsonBody#MAX_BYTES}
   */
  public static Answer json(JsonBody.Content content) {
    return new Answer(200, Request.JSON, JsonBody.of(content), Map.of());
  }

  int status() {
    return status;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  Map<String, String> headers() {
    return headers;
  }
}
