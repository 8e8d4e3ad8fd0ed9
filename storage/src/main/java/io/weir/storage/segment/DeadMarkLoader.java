package io.weir.storage.segment;

import io.weir.storage.io.CorruptFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the marks of a shard that is being opened into its view, some at a time: all of them at
 * once are objects for every row that has ever been replaced.
 *
 * <p>A mark names a row of a file that the manifest names, or of one that a compaction has replaced
 * since; anything else is damage.
 */
final class DeadMarkLoader {
  private static final int MARKS_AT_ONCE = 1 << 16;

  private final Path directory;
  private final long nextFile;
  private final Map<Long, Integer> rowsBySegment = new HashMap<>();
  private final List<MappedChunk> chunks;
  private final long position;
  private final long floor;
  private final List<DeadMark> waiting = new ArrayList<>();
  private ColdView view;

  /**
   * @param chunks all chunks, oldest first
   * @param position everything below is in them
   * @param floor the oldest position that as-of reads can be answered for
   */
  DeadMarkLoader(
      Path directory,
      SegmentSet.Contents contents,
      List<MappedChunk> chunks,
      long position,
      long floor) {
    this.directory = directory;
    this.nextFile = contents.nextFile();
    contents.segments().forEach(segment -> rowsBySegment.put(segment.segment(), segment.rows()));
    this.chunks = chunks;
    this.position = position;
    this.floor = floor;
    this.view = ColdView.EMPTY.next(chunks, List.of(), position, floor);
  }

  /** Takes a mark. */
  void accept(DeadMark mark) throws CorruptFileException {
    Integer rows = rowsBySegment.get(mark.segment());
    boolean possible =
        rows == null ? mark.segment() < nextFile : mark.row() >= 0 && mark.row() < rows;
    if (!possible) {
      throw new CorruptFileException(
          directory, "dead mark", "a row of segment " + mark.segment(), "row " + mark.row());
    }
    waiting.add(mark);
    if (waiting.size() == MARKS_AT_ONCE) {
      apply();
    }
  }

  private void apply() {
    view = view.next(chunks, waiting, position, floor);
    waiting.clear();
  }

  /** The view with all marks. */
  ColdView view() {
    apply();
    return view;
  }
}
