package io.weir.api.qdrant;

import io.weir.api.http.Answer;
import io.weir.api.http.JsonBody;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Problem;
import io.weir.api.http.RetryAfter;
import io.weir.api.http.WholeAnswer;
import java.util.HashMap;
import java.util.Map;

/** The document around each answer: {@code {"result": ..., "status": "ok", "time": seconds}}. */
final class Envelope {

  /** Clients in JavaScript read the first character only. */
  private static final String LONGEST_RETRY_SECONDS = "9";

  private static final double NANOS_A_SECOND = 1e9;

  private Envelope() {}

  /**
   * Returns an answer; writes it at once.
   *
   * @param startedNanos when the request came
   * @param result writes the value of {@code result}, which must not be null
   */
  static Answer of(long startedNanos, JsonBody.Content result) {
    return Answer.json(json -> {
      json.writeStartObject();
      json.writeName("result");
      result.writeTo(json);
      json.writeStringProperty("status", "ok");
      json.writeNumberProperty("time", (System.nanoTime() - startedNanos) / NANOS_A_SECOND);
      json.writeEndObject();
    });
  }

  /** Returns the answer to a request that failed: {@code {"status": {"error": why}, "time": 0}}. */
  static Answer error(Problem problem) {
    byte[] body =
        JsonBody.of(json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("status");
          json.writeStringProperty("error", text(problem));
          json.writeEndObject();
          json.writeNumberProperty("time", 0.0);
          json.writeEndObject();
        });
    Map<String, String> headers = new HashMap<>(problem.headers());
    headers.computeIfPresent(
        RetryAfter.HEADER, (_, seconds) -> seconds.length() == 1 ? seconds : LONGEST_RETRY_SECONDS);
    return new WholeAnswer(problem.type().status(), MediaTypes.JSON, body, headers);
  }

  /** There is no place but the text for what finds a failure in the log. */
  private static String text(Problem problem) {
    String errorId = problem.members().get("errorId");
    return errorId == null ? problem.detail() : problem.detail() + " (errorId " + errorId + ")";
  }
}
