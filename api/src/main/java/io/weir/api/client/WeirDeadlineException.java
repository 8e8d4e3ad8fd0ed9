package io.weir.api.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The deadline of a call passed; its exchange has been given up. */
public final class WeirDeadlineException extends WeirException {

  private static final long serialVersionUID = 1L;

  private final Duration deadline;

  /**
   * A deadline passed.
   *
   * @param lastFailure why it was tried again, if it was; the cause
   */
  WeirDeadlineException(String message, Duration deadline, @Nullable Throwable lastFailure) {
    super(message);
    this.deadline = deadline;
    if (lastFailure != null) {
      initCause(lastFailure);
    }
  }

  /** How long the call was allowed to take. */
  public Duration deadline() {
    return deadline;
  }
}
