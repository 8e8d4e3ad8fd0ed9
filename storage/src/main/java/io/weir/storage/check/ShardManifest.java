package io.weir.storage.check;

import io.weir.storage.record.FeedNotes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What a manifest says.
 *
 * @param file where it was read
 * @param bytes its length
 * @param generation its number
 * @param store UUID of the store
 * @param collection name of the collection
 * @param partition number of the partition
 * @param dimension components of a vector
 * @param metric number of the metric
 * @param successor whether the shard is not in its partition's place yet
 * @param topicId the topic, once known
 * @param nextOffset the durable position, or -1
 * @param leaderEpoch of the last record, or -1
 * @param nextFile the lowest number that no file has had
 * @param segments segment files, in the order of their offsets
 * @param deadFiles files of dead marks
 * @param historyFloor oldest position that a question about the past can name, if it is said
 * @param feedNotes what the feeder has noted
 */
record ShardManifest(
    Path file,
    long bytes,
    long generation,
    UUID store,
    String collection,
    int partition,
    int dimension,
    int metric,
    boolean successor,
    Optional<UUID> topicId,
    long nextOffset,
    int leaderEpoch,
    long nextFile,
    List<SegmentEntry> segments,
    List<DeadEntry> deadFiles,
    OptionalLong historyFloor,
    FeedNotes feedNotes) {

  /** A segment file, and how much of it counts. */
  record SegmentEntry(long number, long bytes, int rows, int chunks, int lastFooter) {}

  /** A file of dead marks, and how much of it counts. */
  record DeadEntry(long number, long bytes, int marks, int lastBlock) {}

  /** Bytes from one row to the next: padded to 64 where that costs at most a hundredth. */
  int stride() {
    int vector = Float.BYTES * dimension;
    int padded = (vector + 63) / 64 * 64;
    return 100 * (padded - vector) <= vector ? padded : vector;
  }

  /** Lengths that count, of all files. */
  long committedBytes() {
    return segments.stream().mapToLong(SegmentEntry::bytes).sum()
        + deadFiles.stream().mapToLong(DeadEntry::bytes).sum();
  }

  long rows() {
    return segments.stream().mapToLong(SegmentEntry::rows).sum();
  }
}
