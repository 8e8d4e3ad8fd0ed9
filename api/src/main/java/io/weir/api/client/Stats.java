package io.weir.api.client;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All figures, taken when asked. What the operating system does not offer is empty, and {@code
 * notes} says why.
 *
 * @param hotLimitBytes what rows may take that are not durable yet
 * @param hotAllocatedBytes what they take
 * @param hotSpareBytes what is kept for further ones
 * @param rootAllocatedBytes on the disk, of files that belong to no collection
 * @param allocatedBytes on the disk, of all files
 * @param total of all collections
 */
public record Stats(
    ProcessStats process,
    long hotLimitBytes,
    long hotAllocatedBytes,
    long hotSpareBytes,
    OptionalLong rootAllocatedBytes,
    OptionalLong allocatedBytes,
    Figures total,
    Recovery recovery,
    List<CollectionStats> collections,
    List<String> notes,
    Scrub scrub,
    Checkpoints checkpoints,
    Merges merges,
    Passes passes,
    Views views) {

  /** Copies the lists. */
  public Stats {
    collections = List.copyOf(collections);
    notes = List.copyOf(notes);
  }

  /** Figures of the process: of its virtual machine, and of the kernel. */
  public record ProcessStats(
      Instant startedAt,
      Duration uptime,
      long heapUsedBytes,
      long heapMaxBytes,
      OptionalLong rssAnonBytes,
      OptionalLong rssFileBytes,
      OptionalLong openFiles,
      OptionalLong maps,
      OptionalLong mapsLimit) {}

  /**
   * Figures of a shard, of a collection, or of all. The README of the module {@code storage} says
   * what each is and where it is read.
   *
   * @param liveRows too high by at most {@code unresolvedRows}
   * @param deadBytes vectors of dead rows in segment files
   */
  public record Figures(
      long liveRows,
      long unresolvedRows,
      long coldRows,
      long deadRows,
      long hotRows,
      long hotAllocatedBytes,
      long hotUsedBytes,
      long segments,
      long chunks,
      long openFiles,
      long diskBytes,
      OptionalLong diskAllocatedBytes,
      long pinnedBytes,
      long payloadBytes,
      long indexBytes,
      long fieldBytes,
      long deadBytes,
      long maps,
      long mappedBytes,
      OptionalLong residentBytes) {}

  /** What the start found. */
  public record Recovery(
      long collections, long shards, long chunks, long liveRows, long strayFiles, Duration took) {}

  /**
   * Figures of a collection.
   *
   * @param shards by partition
   * @param successors shards that are being made anew; part of no sum
   */
  public record CollectionStats(
      String name, Figures figures, List<ShardStats> shards, List<Shard> successors) {

    /** Copies the lists. */
    public CollectionStats {
      shards = List.copyOf(shards);
      successors = List.copyOf(successors);
    }
  }

  /**
   * A partition: its shard, and what feeds it.
   *
   * @param shard empty of a partition that is fed and has no shard yet
   * @param feed empty of a shard that nobody feeds
   */
  public record ShardStats(int partition, Optional<Shard> shard, Optional<Feed> feed) {}

  /**
   * A shard.
   *
   * @param applied what can be seen
   * @param durable what a restart finds on the disk
   * @param generation number of its manifest
   * @param condition its state, such as {@code OK}
   * @param failure why it is in another
   * @param compactionFailure why the last merge of its files failed
   */
  public record Shard(
      int partition,
      Optional<SourcePosition> applied,
      Optional<SourcePosition> durable,
      long generation,
      FeedNotes feedNotes,
      Figures figures,
      String condition,
      Optional<String> failure,
      Optional<String> compactionFailure) {}

  /**
   * What the feeder has noted of a shard.
   *
   * @param caughtUpAt when it last had everything that the partition held
   * @param topicPartitions how many the topic had
   * @param gaps that were accepted
   */
  public record FeedNotes(
      Optional<Instant> caughtUpAt, OptionalLong topicPartitions, List<Gap> gaps) {

    /** Copies the list. */
    public FeedNotes {
      gaps = List.copyOf(gaps);
    }
  }

  /** Offsets, from the first up to below the next, that are missing for good. */
  public record Gap(long fromOffset, long nextOffset, Instant acceptedAt, String reason) {}

  /**
   * How a partition is being read. What is not known is empty.
   *
   * @param state the name of its state
   * @param trouble whether something is wrong that somebody should know of
   * @param detail the state in words, with what an operator can do
   * @param lag offsets up to the end of the log; markers and holes count
   * @param timeLag how old the oldest record may be that is not visible yet
   * @param uncommittedOffsets of open transactions behind the end
   * @param bytesPerSecond of records, lately
   * @param rejected records since the start, by reason
   */
  public record Feed(
      String state,
      boolean trouble,
      Optional<String> detail,
      OptionalLong beginningOffset,
      OptionalLong endOffset,
      OptionalLong lag,
      Optional<Duration> timeLag,
      OptionalLong uncommittedOffsets,
      OptionalLong bytesPerSecond,
      SortedMap<String, Long> rejected) {

    /** Copies the map. */
    public Feed {
      rejected = Collections.unmodifiableSortedMap(new TreeMap<>(rejected));
    }
  }

  /**
   * What was found by reading files again in the background.
   *
   * @param damaged places
   * @param findings the first of them, in words
   * @param failure why the last pass did not end
   */
  public record Scrub(
      long passes,
      Optional<Instant> runningSince,
      Optional<Instant> lastStarted,
      Optional<Instant> lastFinished,
      long bytesRead,
      long damaged,
      List<String> findings,
      Optional<String> failure) {

    /** Copies the list. */
    public Scrub {
      findings = List.copyOf(findings);
    }
  }

  /** Checkpoints since the start: those that wrote something or failed; times of all. */
  public record Checkpoints(
      long runs,
      long failures,
      long rows,
      long deadMarks,
      long bytes,
      Duration took,
      Optional<Instant> lastStarted,
      Optional<Instant> lastSucceeded,
      Optional<Instant> next) {}

  /** Merges of files since the start. */
  public record Merges(
      boolean running,
      long merges,
      long failures,
      long keptRows,
      long droppedRows,
      long bytesRead,
      long bytesWritten,
      Duration took) {}

  /** Ways through rows since the start, and the searches that shared them. */
  public record Passes(long passes, long searches) {}

  /** Views that clients hold now. */
  public record Views(long cursors, long exports) {}
}
