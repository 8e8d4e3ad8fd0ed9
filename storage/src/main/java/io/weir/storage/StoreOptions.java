package io.weir.storage;

import java.time.Duration;

/**
 * How a store uses memory and disk.
 *
 * @param hotBufferBytes budget of all hot buffers of the process, in bytes, at least {@link
 *     #MIN_HOT_BUFFER_BYTES}; a checkpoint starts by itself when half of it is used
 * @param checkpointInterval time between scheduled checkpoints; zero switches the schedule off
 * @param segmentBytes a segment file that has reached this size gets no further chunk
 */
public record StoreOptions(long hotBufferBytes, Duration checkpointInterval, long segmentBytes) {

  /** The smallest budget that holds a few rows of any dimension. */
  public static final long MIN_HOT_BUFFER_BYTES = 4L << 20;

  private static final long DEFAULT_HOT_BUFFER_BYTES = 256L << 20;
  private static final long DEFAULT_SEGMENT_BYTES = 1L << 30;

  /** Checks the ranges. */
  public StoreOptions {
    if (hotBufferBytes < MIN_HOT_BUFFER_BYTES) {
      throw new IllegalArgumentException(
          "hot buffer of "
              + hotBufferBytes
              + " bytes; allowed are "
              + MIN_HOT_BUFFER_BYTES
              + " and more");
    }
    if (checkpointInterval.isNegative()) {
      throw new IllegalArgumentException("checkpoint interval " + checkpointInterval);
    }
    if (segmentBytes < 1) {
      throw new IllegalArgumentException("segment of " + segmentBytes + " bytes");
    }
  }

  /** 256 MiB of hot buffer, no scheduled checkpoints, segments of 1 GiB. */
  public static StoreOptions defaults() {
    return new StoreOptions(DEFAULT_HOT_BUFFER_BYTES, Duration.ZERO, DEFAULT_SEGMENT_BYTES);
  }

  /** Returns these options with another budget. */
  public StoreOptions withHotBufferBytes(long bytes) {
    return new StoreOptions(bytes, checkpointInterval, segmentBytes);
  }

  /** Returns these options with another schedule. */
  public StoreOptions withCheckpointInterval(Duration interval) {
    return new StoreOptions(hotBufferBytes, interval, segmentBytes);
  }

  /** Returns these options with another segment size. */
  public StoreOptions withSegmentBytes(long bytes) {
    return new StoreOptions(hotBufferBytes, checkpointInterval, bytes);
  }
}
