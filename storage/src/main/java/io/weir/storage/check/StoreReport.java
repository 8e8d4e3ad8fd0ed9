package io.weir.storage.check;

import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What is in the files of a store, as their headers and manifests say. All lengths are in bytes.
 *
 * @param directory the data folder
 * @param store UUID of the store, if IDENTITY can be read
 * @param inUse whether a process has the store open
 * @param otherBytes length of IDENTITY
 * @param collections in order of name
 * @param unknown names that Weir did not give, and ignores
 * @param damage what is wrong with headers and manifests; what it hides is missing from the report
 */
public record StoreReport(
    Path directory,
    Optional<UUID> store,
    boolean inUse,
    long otherBytes,
    List<CollectionReport> collections,
    List<Path> unknown,
    List<Finding> damage) {

  /** Length of all files that count. */
  public long bytes() {
    return otherBytes + collections.stream().mapToLong(CollectionReport::bytes).sum();
  }

  /** Vectors, keys and payloads, those of dead rows included. */
  public long userBytes() {
    return collections.stream().mapToLong(CollectionReport::userBytes).sum();
  }

  /** Bytes in files for each byte of vectors, keys and payloads; 0 where there is none. */
  public double overheadRatio() {
    return userBytes() == 0 ? 0 : (double) bytes() / userBytes();
  }

  /**
   * A collection.
   *
   * @param name its name
   * @param dimension components of a vector
   * @param metric how vectors are compared
   * @param shards in order of partition
   */
  public record CollectionReport(
      String name, int dimension, Metric metric, List<ShardReport> shards) {

    /** Length of all files that count. */
    public long bytes() {
      return shards.stream().mapToLong(ShardReport::bytes).sum();
    }

    /** Vectors, keys and payloads, those of dead rows included. */
    public long userBytes() {
      return shards.stream().mapToLong(ShardReport::userBytes).sum();
    }
  }

  /**
   * A shard.
   *
   * @param partition number of the partition
   * @param generation number of the newest manifest
   * @param nextOffset durable position: where the log is read on after a crash
   * @param leaderEpoch epoch of the last record, or -1
   * @param topicId the topic, once known
   * @param historyFloor oldest position that questions about the past can name, where it is kept
   * @param feedNotes what the feeder has noted: when it had caught up, gaps that were accepted
   * @param manifestBytes length of the newest manifest
   * @param segments in the order of their offsets
   * @param deadFiles files of dead marks
   * @param obsoleteMarks dead marks of segments that have been merged into others since
   * @param leftOvers files that the newest manifest does not name: older manifests, and what an
   *     unfinished checkpoint has left or a running one is writing; folders of shards that have
   *     been replaced, or that are to replace this one
   */
  public record ShardReport(
      int partition,
      long generation,
      OptionalLong nextOffset,
      int leaderEpoch,
      Optional<UUID> topicId,
      OptionalLong historyFloor,
      FeedNotes feedNotes,
      long manifestBytes,
      List<SegmentReport> segments,
      List<DeadFileReport> deadFiles,
      long obsoleteMarks,
      List<Path> leftOvers) {

    /** Length of all files that count. */
    public long bytes() {
      return manifestBytes
          + segments.stream().mapToLong(SegmentReport::bytes).sum()
          + deadFiles.stream().mapToLong(DeadFileReport::bytes).sum();
    }

    /** Vectors, keys and payloads, those of dead rows included. */
    public long userBytes() {
      return segments.stream().mapToLong(SegmentReport::userBytes).sum();
    }

    /** All rows, dead ones included. */
    public long rows() {
      return segments.stream().mapToLong(SegmentReport::rows).sum();
    }

    /** Rows that a newer record has replaced or deleted. */
    public long deadRows() {
      return segments.stream().mapToLong(SegmentReport::deadRows).sum();
    }

    /** Chunks of all segments. */
    public long chunks() {
      return segments.stream().mapToLong(segment -> segment.chunks().size()).sum();
    }
  }

  /**
   * A segment file.
   *
   * @param file where it is
   * @param bytes its committed length
   * @param bytesBehind what lies behind that and does not count
   * @param merged whether a compaction wrote it
   * @param tail whether it is the last one, which grows
   * @param chunks from front to back
   */
  public record SegmentReport(
      Path file,
      long bytes,
      long bytesBehind,
      boolean merged,
      boolean tail,
      List<ChunkReport> chunks) {

    /** All rows, dead ones included. */
    public long rows() {
      return chunks.stream().mapToLong(ChunkReport::rows).sum();
    }

    /** Rows that a newer record has replaced or deleted. */
    public long deadRows() {
      return chunks.stream().mapToLong(ChunkReport::deadRows).sum();
    }

    /** Vectors, keys and payloads, those of dead rows included. */
    public long userBytes() {
      return chunks.stream().mapToLong(chunk -> chunk.parts().user()).sum();
    }
  }

  /**
   * A chunk.
   *
   * @param number in its file, from 1
   * @param position where it begins in the file
   * @param bytes its length
   * @param generation the manifest that was to publish it
   * @param rows all rows, dead ones included
   * @param deadRows rows that a newer record has replaced or deleted
   * @param firstOffset Kafka offset of the first row
   * @param lastOffset Kafka offset of the last row
   * @param firstTimestamp smallest Kafka timestamp, in milliseconds since the epoch
   * @param parts where its bytes go
   */
  public record ChunkReport(
      int number,
      long position,
      long bytes,
      long generation,
      int rows,
      long deadRows,
      long firstOffset,
      long lastOffset,
      long firstTimestamp,
      Parts parts) {}

  /**
   * Bytes of a chunk, by what they are for.
   *
   * @param vectors components
   * @param keys keys
   * @param payloads payloads
   * @param table offsets, timestamps, ends, norms, kills
   * @param index key index
   * @param fields columns of fields
   * @param checks header, footer and checksums
   * @param padding zeros
   */
  public record Parts(
      long vectors,
      long keys,
      long payloads,
      long table,
      long index,
      long fields,
      long checks,
      long padding) {

    /** What users have sent. */
    public long user() {
      return vectors + keys + payloads;
    }
  }

  /**
   * A file of dead marks.
   *
   * @param file where it is
   * @param bytes its committed length
   * @param marks in it
   */
  public record DeadFileReport(Path file, long bytes, int marks) {}
}
