package io.weir.storage;

import io.weir.storage.checkpoint.HistoryLimits;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * How a store uses memory and disk.
 *
 * @param hotBufferBytes budget of all hot buffers of the process, in bytes, at least {@link
 *     #MIN_HOT_BUFFER_BYTES}; a checkpoint starts by itself when half of it is used
 * @param checkpoints when else checkpoints start by themselves
 * @param checkpointJitter over how long the shards of a scheduled checkpoint are spread, each with
 *     a delay that stays the same; at most {@link #MAX_CHECKPOINT_JITTER}, and at most the time to
 *     the next one
 * @param segmentBytes a segment file that has reached this size gets no further chunk
 * @param compaction when segments are merged
 * @param history how long rows that were replaced or deleted are kept, for reads as of an earlier
 *     position
 * @param diskReserveBytes checkpoints leave so many bytes of the volume free, for compaction, which
 *     needs room to make room; zero for none
 * @param scrub how files are read again in the background
 * @param shardOpening when shards that are found are opened
 * @param scoringThreads how many threads score the rows of a search at once, the one that asks
 *     among them, and how many there are beside those that ask, for all collections together; from
 *     1 to {@link #MAX_SCORING_THREADS}
 */
public record StoreOptions(
    long hotBufferBytes,
    CheckpointSchedule checkpoints,
    Duration checkpointJitter,
    long segmentBytes,
    CompactionOptions compaction,
    HistoryLimits history,
    long diskReserveBytes,
    ScrubOptions scrub,
    ShardOpening shardOpening,
    int scoringThreads) {

  /** The smallest budget that holds a few rows of any dimension. */
  public static final long MIN_HOT_BUFFER_BYTES = 4L << 20;

  /** The longest time over which the shards of a scheduled checkpoint are spread. */
  public static final Duration MAX_CHECKPOINT_JITTER = Duration.ofDays(1);

  /** The most threads that score rows. */
  public static final int MAX_SCORING_THREADS = 1_024;

  private static final StoreOptions DEFAULTS =
      new StoreOptions(
          256L << 20,
          CheckpointSchedule.never(),
          Duration.ZERO,
          1L << 30,
          CompactionOptions.defaults(),
          HistoryLimits.NONE,
          128L << 20,
          ScrubOptions.NONE,
          ShardOpening.AT_START,
          Math.min(Runtime.getRuntime().availableProcessors(), MAX_SCORING_THREADS));

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
    if (checkpointJitter.isNegative() || checkpointJitter.compareTo(MAX_CHECKPOINT_JITTER) > 0) {
      throw new IllegalArgumentException("checkpoint jitter " + checkpointJitter);
    }
    if (segmentBytes < 1) {
      throw new IllegalArgumentException("segment of " + segmentBytes + " bytes");
    }
    if (diskReserveBytes < 0) {
      throw new IllegalArgumentException("disk reserve of " + diskReserveBytes + " bytes");
    }
    if (scoringThreads < 1 || scoringThreads > MAX_SCORING_THREADS) {
      throw new IllegalArgumentException(
          scoringThreads + " scoring threads; allowed are 1 to " + MAX_SCORING_THREADS);
    }
  }

  /**
   * 256 MiB of hot buffer, no scheduled checkpoints, segments of 1 GiB, automatic compaction, no
   * history, 128 MiB of the disk in reserve, no scrubbing, shards opened at the start, as many
   * scoring threads as there are cores.
   */
  public static StoreOptions defaults() {
    return DEFAULTS;
  }

  /** The components, for the time of a change. */
  private static final class Draft {
    private long hotBufferBytes;
    private CheckpointSchedule checkpoints;
    private Duration checkpointJitter;
    private long segmentBytes;
    private CompactionOptions compaction;
    private HistoryLimits history;
    private long diskReserveBytes;
    private ScrubOptions scrub;
    private ShardOpening shardOpening;
    private int scoringThreads;

    Draft(StoreOptions options) {
      hotBufferBytes = options.hotBufferBytes;
      checkpoints = options.checkpoints;
      checkpointJitter = options.checkpointJitter;
      segmentBytes = options.segmentBytes;
      compaction = options.compaction;
      history = options.history;
      diskReserveBytes = options.diskReserveBytes;
      scrub = options.scrub;
      shardOpening = options.shardOpening;
      scoringThreads = options.scoringThreads;
    }

    StoreOptions options() {
      return new StoreOptions(
          hotBufferBytes,
          checkpoints,
          checkpointJitter,
          segmentBytes,
          compaction,
          history,
          diskReserveBytes,
          scrub,
          shardOpening,
          scoringThreads);
    }
  }

  private StoreOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Returns these options with another budget. */
  public StoreOptions withHotBufferBytes(long bytes) {
    return with(draft -> draft.hotBufferBytes = bytes);
  }

  /**
   * Returns these options with a checkpoint at so much time after the last.
   *
   * @param interval zero for no scheduled checkpoints
   */
  public StoreOptions withCheckpointInterval(Duration interval) {
    return withCheckpointSchedule(
        interval.isZero() ? CheckpointSchedule.never() : CheckpointSchedule.every(interval));
  }

  /** Returns these options with another schedule. */
  public StoreOptions withCheckpointSchedule(CheckpointSchedule schedule) {
    return with(draft -> draft.checkpoints = schedule);
  }

  /** Returns these options with scheduled checkpoints spread over another time. */
  public StoreOptions withCheckpointJitter(Duration jitter) {
    return with(draft -> draft.checkpointJitter = jitter);
  }

  /** Returns these options with another segment size. */
  public StoreOptions withSegmentBytes(long bytes) {
    return with(draft -> draft.segmentBytes = bytes);
  }

  /** Returns these options with another way to compact. */
  public StoreOptions withCompaction(CompactionOptions other) {
    return with(draft -> draft.compaction = other);
  }

  /** Returns these options with another history. */
  public StoreOptions withHistory(HistoryLimits limits) {
    return with(draft -> draft.history = limits);
  }

  /** Returns these options with another reserve. */
  public StoreOptions withDiskReserveBytes(long bytes) {
    return with(draft -> draft.diskReserveBytes = bytes);
  }

  /** Returns these options with another way to scrub. */
  public StoreOptions withScrub(ScrubOptions other) {
    return with(draft -> draft.scrub = other);
  }

  /** Returns these options with shards opened at another time. */
  public StoreOptions withShardOpening(ShardOpening opening) {
    return with(draft -> draft.shardOpening = opening);
  }

  /** Returns these options with another number of threads that score rows. */
  public StoreOptions withScoringThreads(int threads) {
    return with(draft -> draft.scoringThreads = threads);
  }
}
