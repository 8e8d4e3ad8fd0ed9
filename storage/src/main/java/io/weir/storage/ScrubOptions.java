package io.weir.storage;

import java.time.Duration;

/**
 * How a running store reads its files again, to find bytes that the disk has lost before somebody
 * needs them: every manifest, header, footer and checksum.
 *
 * @param bytesPerSecond how fast; zero switches it off
 * @param interval pause between the end of a pass over all files and the next one; the first pass
 *     begins after that pause or after {@link #FIRST_PAUSE}, whichever is shorter
 */
public record ScrubOptions(long bytesPerSecond, Duration interval) {

  /** Files are only read when somebody asks for rows. */
  public static final ScrubOptions NONE = new ScrubOptions(0, Duration.ofDays(1));

  /** Leaves a store that starts alone, but not for so long that restarts keep it from scrubbing. */
  public static final Duration FIRST_PAUSE = Duration.ofMinutes(10);

  /** Checks the ranges. */
  public ScrubOptions {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("scrub rate of " + bytesPerSecond + " bytes a second");
    }
    if (interval.isNegative()) {
      throw new IllegalArgumentException("scrub interval " + interval);
    }
  }

  /** 8 MiB a second, which takes a day for 675 GiB, and a day of pause. */
  public static ScrubOptions defaults() {
    return new ScrubOptions(8L << 20, Duration.ofDays(1));
  }
}
