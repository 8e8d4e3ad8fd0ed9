package io.weir.api.http;

import java.util.Map;

/** What a handler answers. */
public sealed interface Answer permits WholeAnswer, StreamedAnswer {

  /** The HTTP status. */
  int status();

  /** The body's media type. */
  String contentType();

  /** Further headers. */
  Map<String, String> headers();

  /** Gives back what it is made from, where nobody is left to be answered. May be called again. */
  default void release() {}

  /**
   * Returns 200 with a JSON document. Writes it at once, on the calling thread.
   *
   * @throws ProblemException if the document is larger than {@link JsonBody#MAX_BYTES}
   */
  static Answer json(JsonBody.Content content) {
    return new WholeAnswer(200, MediaTypes.JSON, JsonBody.of(content), Map.of());
  }
}
