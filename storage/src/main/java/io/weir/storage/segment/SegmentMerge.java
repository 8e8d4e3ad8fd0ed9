package io.weir.storage.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One merge under way: adjacent segments, the rows of them that stay, and the file that takes their
 * place.
 *
 * <p><b>Threads:</b> the compaction thread. <b>Ownership:</b> holds a reference to every input, so
 * that they stay mapped, until {@link #close}.
 */
public final class SegmentMerge implements AutoCloseable {
  private final long number;
  private final List<PublishedSegment> inputs;
  private final MergedRows rows;
  private @Nullable SegmentFile output;

  SegmentMerge(long number, List<PublishedSegment> inputs, MergedRows rows) {
    this.number = number;
    this.inputs = List.copyOf(inputs);
    this.rows = rows;
    inputs.forEach(input -> input.file().retain());
  }

  long number() {
    return number;
  }

  List<PublishedSegment> inputs() {
    return inputs;
  }

  MergedRows rows() {
    return rows;
  }

  void written(SegmentFile file) {
    output = file;
  }

  /** The file that was written; none before that, and none if no row stays. */
  Optional<SegmentFile> output() {
    return Optional.ofNullable(output);
  }

  /** What died of the rows that stay since the merge was planned. */
  List<DeadMark> newMarks() {
    List<DeadMark> marks = new ArrayList<>();
    for (int row = 0; row < rows.rows(); row++) {
      long kill = rows.laterKill(row);
      if (kill != ChunkSource.ALIVE) {
        marks.add(new DeadMark(number, row, kill));
      }
    }
    return marks;
  }

  /** Numbers of the segments that it replaces. */
  public List<Long> inputNumbers() {
    return inputs.stream().map(input -> input.committed().segment()).toList();
  }

  /** Segments that it replaces. */
  public int inputSegments() {
    return inputs.size();
  }

  /** Committed bytes of the segments that it replaces. */
  public long inputBytes() {
    return inputs.stream().mapToLong(input -> input.committed().bytes()).sum();
  }

  /** About as many bytes as it will write: vectors, keys and payloads of the rows that stay. */
  public long estimatedBytes() {
    return rows.estimatedBytes();
  }

  /** Bytes that it has written. */
  public long outputBytes() {
    return output == null ? 0 : output.committed().bytes();
  }

  /** Rows that stay. */
  public long keptRows() {
    return rows.rows();
  }

  /** Dead rows that it drops. */
  public long droppedRows() {
    return rows.droppedRows();
  }

  /**
   * The oldest position that can be answered for once the merge is published: above whatever killed
   * the rows that it drops; 0 if it drops none.
   */
  public long floor() {
    return rows.floor();
  }

  @Override
  public void close() {
    inputs.forEach(input -> input.file().release());
  }

  @Override
  public String toString() {
    return inputs.size() + " segments from " + inputs.getFirst().file().path();
  }
}
