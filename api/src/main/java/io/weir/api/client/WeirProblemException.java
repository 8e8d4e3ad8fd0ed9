package io.weir.api.client;

import java.time.Duration;
import java.util.Optional;

/**
 * The server answered, and not with what was asked for: a problem document of RFC 9457, or whatever
 * a proxy in between has to say.
 */
public final class WeirProblemException extends WeirException {

  private static final long serialVersionUID = 1L;

  private static final String PREFIX = "/problems/";

  private final transient Problem problem;

  WeirProblemException(Problem problem) {
    super(
        problem.server()
            + " answers "
            + problem.type()
            + " ("
            + problem.status()
            + "): "
            + problem.detail());
    this.problem = problem;
  }

  /**
   * What the document says.
   *
   * @param server who answered
   * @param type identifies the kind, such as {@code /problems/unknown-key}; {@code about:blank} of
   *     an answer that is no problem document
   * @param status of the answer
   * @param title the kind in words
   * @param detail what was wrong with this request, and what is allowed
   * @param errorId what the log of the server has it under; of bugs and failures of the store
   * @param traceId the trace that the request belongs to, 32 hexadecimal digits
   * @param position how far each partition is, where {@code minPosition} was not reached
   * @param oldest the oldest position that can be read, where {@code asOf} is gone
   * @param newest the newest position, where {@code asOf} has not been reached
   * @param retryAfter when the server wants to be asked again
   */
  record Problem(
      String server,
      String type,
      int status,
      String title,
      String detail,
      Optional<String> errorId,
      Optional<String> traceId,
      Position position,
      Position oldest,
      Position newest,
      Optional<Duration> retryAfter) {}

  /** The address of the server that answered, as the client was given it. */
  public String server() {
    return problem.server();
  }

  /** Identifies the kind, such as {@code /problems/unknown-key}; else {@code about:blank}. */
  public String type() {
    return problem.type();
  }

  /** Whether it is of this kind, as in {@code is("unknown-key")}. */
  public boolean is(String name) {
    return problem.type().equals(PREFIX + name);
  }

  /** The status of the answer. */
  public int status() {
    return problem.status();
  }

  /** The kind in words. */
  public String title() {
    return problem.title();
  }

  /** What was wrong with this request, and what is allowed. */
  public String detail() {
    return problem.detail();
  }

  /** What the log of the server has it under; of bugs and failures of the store. */
  public Optional<String> errorId() {
    return problem.errorId();
  }

  /** The trace that the request belongs to, 32 hexadecimal digits. */
  public Optional<String> traceId() {
    return problem.traceId();
  }

  /** How far each partition is, where a {@code minPosition} was not reached; else no partition. */
  public Position position() {
    return problem.position();
  }

  /** The oldest position that can be read, where an {@code asOf} is gone; else no partition. */
  public Position oldest() {
    return problem.oldest();
  }

  /** The newest position, where an {@code asOf} has not been reached; else no partition. */
  public Position newest() {
    return problem.newest();
  }

  /** When the server wants to be asked again, where it says so. */
  public Optional<Duration> retryAfter() {
    return problem.retryAfter();
  }
}
