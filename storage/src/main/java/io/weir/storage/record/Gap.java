package io.weir.storage.record;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Offsets that the log no longer had when they were to be read, and that somebody, or a rule, has
 * accepted as missing: whatever records they had, deletes included, are not in the shard.
 *
 * @param fromOffset the first of them
 * @param nextOffset the first behind them, where reading went on
 * @param acceptedAt when that was decided, in whole milliseconds; the rest is cut off
 * @param reason who decided it and why, at most {@link #MAX_REASON_BYTES} of UTF-8
 */
public record Gap(long fromOffset, long nextOffset, Instant acceptedAt, String reason) {

  /** So many bytes of UTF-8 fit into a reason. */
  public static final int MAX_REASON_BYTES = 200;

  /** Checks the ranges. */
  public Gap {
    if (fromOffset < 0 || nextOffset <= fromOffset) {
      throw new IllegalArgumentException("gap from " + fromOffset + " to " + nextOffset);
    }
    int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_REASON_BYTES) {
      throw new IllegalArgumentException(
          "reason of " + bytes + " bytes; allowed are " + MAX_REASON_BYTES);
    }
    acceptedAt = Instant.ofEpochMilli(acceptedAt.toEpochMilli());
  }

  /** Offsets in it. */
  public long offsets() {
    return nextOffset - fromOffset;
  }
}
