package io.weir.api.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what requests, or answers, of all connections hold in memory together. A single one has a
 * limit of its own, and so has the number of connections; but their product is more than a heap.
 *
 * <p>The first {@link #FREE_BYTES} of each are not counted: whoever holds all that may be held
 * keeps usual searches, and answers about health, from nobody. One that is alone may be of any
 * size.
 *
 * <p><b>Threads:</b> any.
 */
final class HeldBytes {

  /** Of each, not counted. */
  static final int FREE_BYTES = 16 << 10;

  private final String what;
  private final long mostBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /**
   * Holds nothing yet.
   *
   * @param what is held, in the plural; for a person
   * @param mostBytes so much may be held together
   */
  HeldBytes(String what, long mostBytes) {
    this.what = what;
    this.mostBytes = mostBytes;
  }

  /** The share of one request; it has nothing yet. */
  Share share() {
    return new Share();
  }

  String what() {
    return what;
  }

  long mostBytes() {
    return mostBytes;
  }

  /** How much is held now. */
  long heldBytes() {
    return heldBytes.get();
  }

  private boolean take(long own, long more) {
    while (true) {
      long before = heldBytes.get();
      if (before + more > mostBytes && before > own) {
        return false;
      }
      if (heldBytes.compareAndSet(before, before + more)) {
        return true;
      }
    }
  }

  /** What one request holds. */
  final class Share {
    private long countedBytes;
    private boolean released;

    private Share() {}

    /**
     * Says that it has come to so many bytes.
     *
     * @throws ProblemException {@link ProblemType#OVERLOADED} if there is no room for them
     */
    synchronized void growTo(long bytes) {
      long more = bytes - FREE_BYTES - countedBytes;
      if (released || more <= 0) {
        return;
      }
      if (!take(countedBytes, more)) {
        throw Problem.of(
                ProblemType.OVERLOADED,
                "large "
                    + what
                    + " of others take up the "
                    + mostBytes
                    + " bytes that there are for them; try again later")
            .withHeader(RetryAfter.HEADER, RetryAfter.seconds())
            .toException();
      }
      countedBytes += more;
    }

    /** Whether it counts for something now. */
    synchronized boolean holds() {
      return countedBytes > 0;
    }

    /** It holds nothing any more. May be called again. */
    synchronized void release() {
      released = true;
      heldBytes.addAndGet(-countedBytes);
      countedBytes = 0;
    }
  }
}
