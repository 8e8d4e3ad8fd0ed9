package io.weir.api.http;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whatever a handler failed with into a problem. What is not the client's doing is logged; a
 * client never sees a stack trace, but an id that is also in the log.
 */
final class Failures {

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /**
   * Returns the problem that a failure stands for.
   *
   * @param request method and path, for the log
   */
  static Problem problem(Throwable failure, String request) {
    return switch (failure) {
      case ProblemException expected -> expected.problem();
      case CorruptFileException damage ->
          logged(
              ProblemType.STORAGE_DAMAGED, String.valueOf(damage.getMessage()), failure, request);
      case IncompatibleFormatException newer ->
          logged(ProblemType.STORAGE_FAILED, String.valueOf(newer.getMessage()), failure, request);
      case IOException io ->
          logged(
              ProblemType.STORAGE_FAILED,
              "reading or writing failed: " + describe(io),
              failure,
              request);
      default ->
          logged(
              ProblemType.INTERNAL,
              "an unexpected failure; the server's log has it under errorId",
              failure,
              request);
    };
  }

  /** The message of a file system's exception is often no more than the name of a file. */
  private static String describe(IOException failure) {
    return failure.getClass().getSimpleName() + ": " + failure.getMessage();
  }

  private static Problem logged(
      ProblemType type, String detail, Throwable failure, String request) {
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    LOG.error("{} failed, errorId {}", request, id, failure);
    return Problem.of(type, detail).withMember("errorId", id);
  }
}
