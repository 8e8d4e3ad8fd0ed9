package io.weir.storage.segment;

import java.util.List;

/** What a commit has written and forced, but not published. */
public final class Staged {
  private final CommitStage stage;
  private final SegmentSet.Contents contents;
  private final List<PublishedSegment> members;
  private final List<PublishedMarks> deadFiles;
  private final List<DeadMark> marks;

  Staged(
      CommitStage stage,
      long nextFile,
      List<PublishedSegment> members,
      List<PublishedMarks> deadFiles,
      List<DeadMark> marks) {
    this.stage = stage;
    this.contents =
        new SegmentSet.Contents(
            nextFile,
            members.stream().map(PublishedSegment::committed).toList(),
            deadFiles.stream().map(PublishedMarks::committed).toList());
    this.members = List.copyOf(members);
    this.deadFiles = List.copyOf(deadFiles);
    this.marks = List.copyOf(marks);
  }

  /** What the manifest is to name. */
  public SegmentSet.Contents contents() {
    return contents;
  }

  CommitStage stage() {
    return stage;
  }

  List<PublishedSegment> members() {
    return members;
  }

  List<PublishedMarks> deadFiles() {
    return deadFiles;
  }

  /** Rows that it kills. */
  List<DeadMark> marks() {
    return marks;
  }
}
