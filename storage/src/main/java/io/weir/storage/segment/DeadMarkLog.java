package io.weir.storage.segment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The marks that a shard's dead-mark files must hold after a merge: those of the chunks that stay.
 * The files hold the marks of merged chunks too, until they are written anew.
 */
final class DeadMarkLog {
  /** Obsolete marks are not worth a new file while there are fewer; that is a block of a disk. */
  private static final int MIN_OBSOLETE = 256;

  private final List<ColdChunk> chunks;
  private final List<DeadMark> newMarks;

  private DeadMarkLog(List<ColdChunk> chunks, List<DeadMark> newMarks) {
    this.chunks = chunks;
    this.newMarks = newMarks;
  }

  /**
   * @param view the view before the merge
   * @param after the chunks after it
   * @param newMarks marks of the merged chunk
   */
  static DeadMarkLog of(ColdView view, List<MappedChunk> after, List<DeadMark> newMarks) {
    Set<MappedChunk> staying = new HashSet<>();
    staying.addAll(after);
    return new DeadMarkLog(
        view.chunks().stream().filter(cold -> staying.contains(cold.chunk())).toList(), newMarks);
  }

  /** Whether the files hold so much that is obsolete that they should be replaced. */
  boolean isWorthRewriting(List<DeadFile.Committed> files, boolean dense) {
    long held = files.stream().mapToLong(DeadFile.Committed::marks).sum();
    long needed =
        chunks.stream().mapToLong(cold -> cold.deadRows() - cold.chunk().deadRows()).sum();
    long obsolete = held - needed;
    return obsolete > 0 && (dense || needed == 0 || obsolete > Math.max(MIN_OBSOLETE, needed));
  }

  /** All marks that are needed. */
  List<DeadMark> marks() {
    List<DeadMark> marks = new ArrayList<>();
    for (ColdChunk cold : chunks) {
      MappedChunk chunk = cold.chunk();
      cold.kills()
          .forEach((row, kill) ->
              marks.add(new DeadMark(chunk.segment(), chunk.firstRow() + row, kill)));
    }
    marks.addAll(newMarks);
    return marks;
  }
}
