package io.weir.storage.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One commit's writes: to the tails where they take more, else to new files.
 *
 * <p><b>Threads:</b> one; used once.
 */
final class CommitStage {
  private final TailFiles tails;
  private final long generation;
  private final List<PublishedSegment> members;
  private final List<PublishedMarks> deadFiles;
  private final List<SegmentFile> touched = new ArrayList<>();
  private final List<SegmentFile> made = new ArrayList<>();
  private List<DeadMark> marks = List.of();
  private @Nullable DeadFile touchedDead;
  private boolean madeDead;

  /** Begins with what is published. */
  CommitStage(
      TailFiles tails,
      long generation,
      List<PublishedSegment> members,
      List<PublishedMarks> deadFiles) {
    this.tails = tails;
    this.generation = generation;
    this.members = new ArrayList<>(members);
    this.deadFiles = new ArrayList<>(deadFiles);
  }

  /** Appends rows as a chunk. */
  void append(ChunkSource source, ByteBuffer piece) throws IOException {
    Optional<SegmentFile> tail = tails.tailFor(source);
    SegmentFile to = tail.isPresent() ? tail.get() : tails.createTail(source);
    if (tail.isEmpty()) {
      made.add(to);
    }
    if (!touched.contains(to)) {
      touched.add(to);
    }
    tails.append(to, source, generation, piece);
  }

  /** Appends marks, 1 or more; once. */
  void append(List<DeadMark> newMarks) throws IOException {
    marks = newMarks;
    appendMarks(newMarks);
  }

  private void appendMarks(List<DeadMark> all) throws IOException {
    Optional<DeadFile> tail = tails.deadTail();
    DeadFile to = tail.isPresent() ? tail.get() : tails.createDeadTail();
    madeDead = tail.isEmpty();
    touchedDead = to;
    to.append(all, generation);
    deadFiles.removeIf(dead -> dead.file() == to);
    deadFiles.add(PublishedMarks.of(to));
  }

  /**
   * Begins a new file of marks, in place of all there are; none if there are no marks.
   *
   * @param all the marks that are to be in it
   * @param newMarks those of them that are new
   */
  void replaceMarks(List<DeadMark> all, List<DeadMark> newMarks) throws IOException {
    marks = newMarks;
    deadFiles.clear();
    tails.endDeadTail();
    if (!all.isEmpty()) {
      appendMarks(all);
    }
  }

  /** Puts the output of a merge in place of its inputs. */
  void replace(SegmentMerge merge) {
    int at = members.indexOf(merge.inputs().getFirst());
    members.subList(at, at + merge.inputs().size()).clear();
    merge.output().ifPresent(output -> members.add(at, PublishedSegment.of(output)));
  }

  List<PublishedSegment> members() {
    return members;
  }

  /** Forces all that was written. */
  Staged finish() throws IOException {
    for (SegmentFile segment : touched) {
      segment.force();
    }
    if (touchedDead != null) {
      touchedDead.force();
    }
    if (madeDead || !made.isEmpty()) {
      tails.forceNames();
    }
    for (SegmentFile segment : touched) {
      members.removeIf(member -> member.file() == segment);
      members.add(PublishedSegment.of(segment));
    }
    return new Staged(this, tails.nextFile(), members, deadFiles, marks);
  }

  /** Segment files that did not exist before. */
  List<SegmentFile> made() {
    return made;
  }

  /** The file of marks, if it did not exist before. */
  Optional<DeadFile> madeMarks() {
    return madeDead ? Optional.ofNullable(touchedDead) : Optional.empty();
  }

  /** Leaves the tails for ever and removes the files that no manifest can name. */
  void discard() {
    tails.endTail();
    made.forEach(tails::remove);
    discardMarks();
  }

  /** As {@link #discard}, for a commit that has written marks only. */
  void discardMarks() {
    tails.endDeadTail();
    madeMarks().ifPresent(tails::remove);
  }
}
