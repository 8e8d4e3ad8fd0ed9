package io.weir.storage.segment;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The segment and dead-mark files of one shard.
 *
 * <p>A checkpoint, or the end of a merge, is staged here (written and forced), then its manifest is
 * published elsewhere, then it is published here. If anything fails in between, the files that were
 * being written are abandoned: a failed force may have dropped pages that a second one would not
 * miss, and a manifest whose publication failed may still be found after a crash, so no byte that
 * it names may change.
 *
 * <p><b>Threads:</b> one at a time stages and publishes; {@link #view} and {@link #segments} are
 * the last result. <b>Ownership:</b> owns a reference to each segment file until {@link #close}.
 */
public final class SegmentSet {
  private final StorageFiles files;
  private final Path directory;
  private final long segmentBytes;
  private final TailFiles tails;

  /**
   * Files that are out of the view, or never came into it, and are mapped while readers hold them.
   */
  private final List<SegmentFile> retired = new ArrayList<>();

  /** Files that a manifest may name whose publication failed: to go with the next that succeeds. */
  private final List<Path> doubtful = new ArrayList<>();

  private volatile Published published;

  /**
   * What a manifest names of a shard's files.
   *
   * @param nextFile the lowest number that no file has had
   * @param segments segment files and their committed lengths, in the order of their rows' offsets
   * @param deadFiles files of dead marks and theirs, oldest first
   */
  public record Contents(
      long nextFile, List<SegmentFile.Committed> segments, List<DeadFile.Committed> deadFiles) {

    /** Of a shard that has no files. */
    public static final Contents NONE = new Contents(1, List.of(), List.of());

    /** Committed lengths of all files. */
    public long bytes() {
      return segments.stream().mapToLong(SegmentFile.Committed::bytes).sum()
          + deadFiles.stream().mapToLong(DeadFile.Committed::bytes).sum();
    }
  }

  /** What the newest manifest names, opened. */
  private record Published(
      Contents contents,
      ColdView view,
      List<PublishedSegment> members,
      List<PublishedMarks> deadFiles) {}

  /**
   * Whose files they are.
   *
   * @param store UUID of the store
   * @param partition number of the partition
   * @param schema dimension and metric
   * @param keyHash the store's hash
   */
  public record Owner(UUID store, int partition, VectorSchema schema, KeyHash keyHash) {}

  private SegmentSet(
      StorageFiles files, Path directory, Owner owner, long segmentBytes, Contents contents) {
    this.files = files;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.tails = new TailFiles(files, directory, owner, segmentBytes, contents.nextFile());
    this.published = new Published(Contents.NONE, ColdView.EMPTY, List.of(), List.of());
  }

  /**
   * Opens what a manifest names.
   *
   * @param position everything below is in the files
   * @param floor the oldest position that as-of reads can be answered for
   */
  public static SegmentSet open(
      StorageFiles files,
      Path directory,
      Owner owner,
      long segmentBytes,
      Contents contents,
      long position,
      long floor)
      throws IOException {
    SegmentSet set = new SegmentSet(files, directory, owner, segmentBytes, contents);
    List<PublishedSegment> members = new ArrayList<>();
    List<PublishedMarks> deadFiles = new ArrayList<>();
    try {
      set.load(contents, members, deadFiles, position, floor);
    } catch (IOException | RuntimeException e) {
      members.forEach(member -> member.file().release());
      deadFiles.forEach(dead -> dead.file().closeQuietly());
      throw e;
    }
    return set;
  }

  private void load(
      Contents contents,
      List<PublishedSegment> members,
      List<PublishedMarks> deadFiles,
      long position,
      long floor)
      throws IOException {
    for (SegmentFile.Committed committed : contents.segments()) {
      members.add(PublishedSegment.of(tails.openSegment(committed)));
    }
    DeadMarkLoader loader =
        new DeadMarkLoader(directory, contents, chunks(members), position, floor);
    for (DeadFile.Committed committed : contents.deadFiles()) {
      deadFiles.add(PublishedMarks.of(tails.openMarks(committed, loader)));
    }
    published =
        new Published(contents, loader.view(), List.copyOf(members), List.copyOf(deadFiles));
    tails.goOn(members, deadFiles);
    sealAllButTheTail();
  }

  private static List<MappedChunk> chunks(List<PublishedSegment> members) {
    return members.stream().flatMap(member -> member.chunks().stream()).toList();
  }

  /** Whether a name is that of a segment or dead-mark file that {@code contents} does not name. */
  public static boolean isStray(String name, Contents contents) {
    OptionalLong number = FileNames.numberOf(name);
    return number.isPresent()
        && contents.segments().stream()
            .noneMatch(segment -> SegmentFormat.fileName(segment.segment()).equals(name))
        && contents.deadFiles().stream()
            .noneMatch(dead -> DeadFile.fileName(dead.file()).equals(name));
  }

  /**
   * Appends rows and dead marks to the tails, or to new files, and forces them.
   *
   * @param piece a direct buffer of at least {@link #pieceBytes}, borrowed
   * @throws IOException if the disk refuses; then nothing that is published has changed, and the
   *     next attempt goes to new files
   */
  public Staged stage(
      List<? extends ChunkSource> sources, List<DeadMark> marks, long generation, ByteBuffer piece)
      throws IOException {
    CommitStage stage = newStage(generation);
    try {
      for (ChunkSource source : sources) {
        stage.append(source, piece);
      }
      if (!marks.isEmpty()) {
        stage.append(marks);
      }
      return stage.finish();
    } catch (Throwable e) {
      stage.discard();
      throw e;
    }
  }

  private CommitStage newStage(long generation) {
    return new CommitStage(tails, generation, published.members(), published.deadFiles());
  }

  /** What there is, as if it had been staged: for a manifest that adds no files. */
  public Staged unchanged() throws IOException {
    return newStage(0).finish();
  }

  /**
   * Looks for segments to merge, or to rewrite without their dead rows.
   *
   * @param policy what is worth it
   * @param horizon rows that were replaced below this offset may be dropped
   * @param declared fields whose values become columns; empty if it is not known which these are:
   *     segments with columns are left alone then, for they would lose them
   */
  public Optional<SegmentMerge> planMerge(
      MergePolicy policy, long horizon, Optional<DeclaredFields> declared) throws IOException {
    List<PublishedSegment> members = published.members();
    List<MergePolicy.Candidate> candidates = new ArrayList<>();
    for (PublishedSegment member : members) {
      candidates.add(candidate(member, policy, horizon));
    }
    MergePolicy allowed = declared.isPresent() ? policy : policy.barring(withColumns(members));
    Optional<MergePolicy.Run> run = allowed.choose(candidates, segmentBytes);
    if (run.isEmpty()) {
      return Optional.empty();
    }
    List<PublishedSegment> inputs = members.subList(run.get().from(), run.get().to());
    MergedRows rows =
        MergedRows.of(
            cold(inputs), horizon, tails.dimension(), declared.orElse(DeclaredFields.NONE));
    return Optional.of(new SegmentMerge(tails.takeNumber(), inputs, rows));
  }

  private static Set<Long> withColumns(List<PublishedSegment> members) {
    return members.stream()
        .filter(member -> member.chunks().stream().anyMatch(MappedChunk::hasColumns))
        .map(member -> member.committed().segment())
        .collect(Collectors.toSet());
  }

  /** Says that a planned merge is going to be written: none of its inputs gets a chunk any more. */
  public void begin(SegmentMerge merge) {
    tails.endTail(merge.inputs().getLast().file());
  }

  private MergePolicy.Candidate candidate(PublishedSegment member, MergePolicy policy, long horizon)
      throws IOException {
    SegmentFile.Committed committed = member.committed();
    List<ColdChunk> chunks = cold(List.of(member));
    long dead = chunks.stream().mapToLong(ColdChunk::deadRows).sum();
    long droppable = 0;
    // History may need dead rows; to count those that it does not need takes a look at each row.
    if (dead > policy.deadShare() * committed.rows()) {
      for (ColdChunk cold : chunks) {
        droppable += cold.rowsDeadBefore(horizon);
      }
    }
    return new MergePolicy.Candidate(
        committed.segment(),
        committed.bytes(),
        committed.rows(),
        droppable,
        committed.chunks(),
        tails.takesChunks(member.file()));
  }

  private List<ColdChunk> cold(List<PublishedSegment> members) {
    List<MappedChunk> wanted = chunks(members);
    // Adjacent members have adjacent chunks.
    List<ColdChunk> all = published.view().chunks();
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).chunk() == wanted.getFirst()) {
        return all.subList(i, i + wanted.size());
      }
    }
    throw new AssertionError("chunks that are not in the view: " + wanted);
  }

  /**
   * Writes and forces what a merge keeps; the long part of it, which needs nothing of this set and
   * may run beside checkpoints. A merge that keeps no row writes nothing.
   *
   * @throws IOException if the disk refuses; nothing is left of the merge's file
   */
  public void write(SegmentMerge merge, long generation, MergeResources resources)
      throws IOException {
    MergedRows rows = merge.rows();
    if (rows.rows() == 0) {
      return;
    }
    for (MappedChunk chunk : chunks(merge.inputs())) {
      chunk.requireReadable(resources);
    }
    SegmentFile output = tails.createMerged(merge.number(), rows, resources.throttle());
    try {
      tails.append(output, rows, generation, resources.piece());
      output.force();
      files.forceDirectory(directory);
    } catch (Throwable e) {
      tails.remove(output);
      throw e;
    }
    merge.written(output);
  }

  /**
   * Stages the end of a merge: its output in place of its inputs, and marks for the rows that died
   * while it was written. Forces what it writes.
   *
   * @param dense whether no obsolete mark is to stay in the dead-mark files, cheap or not
   */
  public Staged stage(SegmentMerge merge, long generation, boolean dense) throws IOException {
    CommitStage stage = newStage(generation);
    try {
      stage.replace(merge);
      List<DeadMark> marks = merge.newMarks();
      DeadMarkLog log = DeadMarkLog.of(published.view(), chunks(stage.members()), marks);
      if (log.isWorthRewriting(published.contents().deadFiles(), dense)) {
        stage.replaceMarks(log.marks(), marks);
      } else if (!marks.isEmpty()) {
        stage.append(marks);
      }
      return stage.finish();
    } catch (Throwable e) {
      stage.discardMarks();
      throw e;
    }
  }

  /**
   * Takes over what was staged, after its manifest has been published.
   *
   * @param position everything below is in the files
   * @param floor the oldest position that as-of reads can be answered for
   * @return names of files that are out of the view: to be removed
   */
  public List<Path> publish(Staged staged, long position, long floor) {
    Published old = published;
    ColdView view = old.view().next(chunks(staged.members()), staged.marks(), position, floor);
    published = new Published(staged.contents(), view, staged.members(), staged.deadFiles());
    List<Path> dropped = new ArrayList<>(doubtful);
    doubtful.clear();
    List<SegmentFile> now = segments();
    for (PublishedSegment member : old.members()) {
      if (!now.contains(member.file())) {
        dropped.add(member.file().path());
        retire(member.file());
      }
    }
    for (PublishedMarks dead : old.deadFiles()) {
      if (staged.deadFiles().stream().noneMatch(marks -> marks.file() == dead.file())) {
        dropped.add(dead.file().path());
        dead.file().closeQuietly();
      }
    }
    sealAllButTheTail();
    return dropped;
  }

  private void sealAllButTheTail() {
    for (PublishedSegment member : published.members()) {
      if (!tails.isTail(member.file())) {
        member.file().seal();
      }
    }
  }

  /** Forgets what was staged, and removes the files that were made for it: nothing names them. */
  public void discard(Staged staged) {
    staged.stage().discard();
  }

  /** Forgets a merge and removes what it has written; no manifest can name it. */
  public void discard(SegmentMerge merge) {
    merge.output().ifPresent(tails::remove);
  }

  /**
   * Gives up what was staged when publication of its manifest failed, so that it is unknown whether
   * the next open finds it: nothing that it names is written to again, and it stays until a later
   * manifest is published.
   */
  public void abandon(Staged staged) {
    tails.abandon();
    staged.stage().made().forEach(file -> giveUp(file.path(), file));
    staged
        .stage()
        .madeMarks()
        .ifPresent(dead -> {
          doubtful.add(dead.path());
          dead.closeQuietly();
        });
  }

  /** Gives up the output of a merge, as {@link #abandon(Staged)}. */
  public void abandon(SegmentMerge merge) {
    merge.output().ifPresent(output -> giveUp(output.path(), output));
  }

  private void giveUp(Path path, SegmentFile file) {
    doubtful.add(path);
    retire(file);
  }

  private void retire(SegmentFile file) {
    synchronized (retired) {
      retired.removeIf(SegmentFile::isFreed);
      retired.add(file);
    }
    file.release();
  }

  /** Files that have left the view and that readers still hold: their disk is not free yet. */
  public List<SegmentFile> pinned() {
    synchronized (retired) {
      retired.removeIf(SegmentFile::isFreed);
      return List.copyOf(retired);
    }
  }

  /** What queries see. */
  public ColdView view() {
    return published.view();
  }

  /** The files behind {@link #view}; a reader retains them. */
  public List<SegmentFile> segments() {
    return published.members().stream().map(PublishedSegment::file).toList();
  }

  /** What the newest published manifest names. */
  public Contents contents() {
    return published.contents();
  }

  /** The size of the buffer that {@link #stage} wants. */
  public static int pieceBytes() {
    return ChunkOutput.WRITE_BYTES;
  }

  /** Gives up the references to all files. */
  public void close() {
    published.members().forEach(member -> member.file().release());
    published.deadFiles().forEach(dead -> dead.file().closeQuietly());
  }
}
