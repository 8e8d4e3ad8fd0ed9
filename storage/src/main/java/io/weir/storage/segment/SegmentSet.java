package io.weir.storage.segment;

import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment and dead-mark files of one shard.
 *
 * <p>A checkpoint is staged here (written and forced), then its manifest is published elsewhere,
 * then it is published here. If anything fails in between, the files that were being written are
 * abandoned: a failed force may have dropped pages that a second one would not miss, and a manifest
 * whose publication failed may still be found after a crash, so no byte that it names may change.
 *
 * <p><b>Threads:</b> the checkpoint thread; {@link #view} and {@link #segments} are its last
 * result. <b>Ownership:</b> owns a reference to each segment file until {@link #close}.
 */
public final class SegmentSet {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentSet.class);

  /** A tail with more maps (one a chunk that was appended) is mapped anew. */
  private static final int MAX_MAPS = 64;

  private final StorageFiles files;
  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final boolean norms;
  private final KeyHash keyHash;
  private final long segmentBytes;
  private final List<SegmentFile> segments = new ArrayList<>();
  private final List<DeadFile> deadFiles = new ArrayList<>();
  private volatile Contents contents;
  private volatile ColdView view;

  /** Counts attempts too: a number whose file could not be made is not tried again. */
  private long nextFile;

  /** The file that the next chunk goes to; none after a failure. */
  private @Nullable SegmentFile tail;

  private @Nullable DeadFile deadTail;

  /**
   * What a manifest names of a shard's files.
   *
   * @param nextFile the lowest number that no file has had
   * @param segments segment files and their committed lengths, oldest first
   * @param deadFiles files of dead marks and theirs
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

  /**
   * Written and forced, but not published.
   *
   * @param contents what the manifest is to name
   * @param view what queries are to see
   * @param undo removes the files that were made for it
   */
  public record Staged(Contents contents, ColdView view, Runnable undo) {}

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
    int dimension = owner.schema().dimension();
    this.identity =
        new SegmentFormat.Identity(
            owner.store(),
            owner.partition(),
            dimension,
            owner.schema().metric().code(),
            RowLayout.strideBytes(dimension));
    this.norms = owner.schema().metric() == Metric.COSINE;
    this.keyHash = owner.keyHash();
    this.segmentBytes = segmentBytes;
    this.contents = contents;
    this.nextFile = contents.nextFile();
    this.view = ColdView.EMPTY;
  }

  /** Opens what a manifest names, and removes segment and dead-mark files that it does not name. */
  public static SegmentSet open(
      StorageFiles files, Path directory, Owner owner, long segmentBytes, Contents contents)
      throws IOException {
    SegmentSet set = new SegmentSet(files, directory, owner, segmentBytes, contents);
    try {
      set.load();
    } catch (IOException | RuntimeException e) {
      set.close();
      throw e;
    }
    return set;
  }

  private void load() throws IOException {
    List<MappedChunk> chunks = new ArrayList<>();
    for (SegmentFile.Committed committed : contents.segments()) {
      SegmentFile segment = SegmentFile.open(files, directory, identity, norms, committed);
      segments.add(segment);
      chunks.addAll(segment.chunks());
    }
    List<DeadMark> marks = new ArrayList<>();
    for (DeadFile.Committed committed : contents.deadFiles()) {
      deadFiles.add(DeadFile.open(files, directory, identity.store(), committed, marks));
    }
    view = ColdView.EMPTY.plus(directory, chunks, marks);
    tail = segments.isEmpty() ? null : segments.getLast();
    deadTail = deadFiles.isEmpty() ? null : deadFiles.getLast();
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
    Stage stage = new Stage(generation);
    try {
      for (ChunkSource source : sources) {
        stage.append(source, piece);
      }
      if (!marks.isEmpty()) {
        stage.append(marks);
      }
      stage.force();
      return new Staged(
          stage.contents(), view.plus(directory, stage.chunks, marks), stage::discard);
    } catch (Throwable e) {
      stage.discard();
      throw e;
    }
  }

  /** What there is, as if it had been staged: for a manifest that adds no files. */
  public Staged unchanged() {
    return new Staged(contents, view, () -> {});
  }

  /** Takes over what was staged, after its manifest has been published. */
  public void publish(Staged staged) {
    contents = staged.contents();
    view = staged.view();
    if (tail != null && tail.maps() > MAX_MAPS) {
      mapAsOne(tail);
    }
  }

  /** Maps a file anew, in one piece: a process may have only so many maps. */
  private void mapAsOne(SegmentFile many) {
    try {
      SegmentFile one = SegmentFile.open(files, directory, identity, norms, many.committed());
      segments.set(segments.indexOf(many), one);
      view = view.with(one.chunks());
      tail = one;
      many.release();
    } catch (IOException e) {
      LOG.warn("{} keeps its {} maps: {}", many.path(), many.maps(), e.toString());
    }
  }

  /** Forgets what was staged; no manifest can name it. */
  public void discard(Staged staged) {
    staged.undo().run();
  }

  /**
   * Stops writing to the files that were staged to: publication of their manifest failed, so it is
   * unknown whether it names them.
   */
  public void abandonTails() {
    tail = null;
    deadTail = null;
  }

  /** What queries see. */
  public ColdView view() {
    return view;
  }

  /** The files behind {@link #view}; a reader retains them. */
  public List<SegmentFile> segments() {
    return List.copyOf(segments);
  }

  /** What the newest published manifest names. */
  public Contents contents() {
    return contents;
  }

  /** The size of the buffer that {@link #stage} wants. */
  public static int pieceBytes() {
    return SegmentFormat.PIECE_BYTES;
  }

  /** Gives up the references to all files. */
  public void close() {
    segments.forEach(SegmentFile::release);
    segments.clear();
    for (DeadFile dead : deadFiles) {
      closeQuietly(dead);
    }
    deadFiles.clear();
  }

  private static void closeQuietly(DeadFile dead) {
    try {
      dead.close();
    } catch (IOException e) {
      LOG.warn("{} did not close: {}", dead.path(), e.toString());
    }
  }

  /** One checkpoint's writes. */
  private final class Stage {
    private final long generation;
    private final List<MappedChunk> chunks = new ArrayList<>();
    private final List<SegmentFile> touched = new ArrayList<>();
    private final List<SegmentFile> made = new ArrayList<>();
    private @Nullable DeadFile touchedDead;
    private boolean madeDead;

    Stage(long generation) {
      this.generation = generation;
    }

    void append(ChunkSource source, ByteBuffer piece) throws IOException {
      SegmentFile to = tail;
      if (to == null || to.committed().bytes() >= segmentBytes) {
        to = SegmentFile.create(files, directory, nextFile++, identity, norms);
        segments.add(to);
        made.add(to);
        tail = to;
      }
      if (!touched.contains(to)) {
        touched.add(to);
      }
      chunks.add(to.append(source, generation, keyHash, piece));
    }

    void append(List<DeadMark> marks) throws IOException {
      DeadFile to = deadTail;
      if (to == null) {
        to = DeadFile.create(files, directory, nextFile++, identity.store());
        deadFiles.add(to);
        madeDead = true;
        deadTail = to;
      }
      touchedDead = to;
      to.append(marks, generation);
    }

    void force() throws IOException {
      for (SegmentFile segment : touched) {
        segment.force();
      }
      if (touchedDead != null) {
        touchedDead.force();
      }
      if (madeDead || !made.isEmpty()) {
        files.forceDirectory(directory);
      }
    }

    /** The contents as published, with what was written added. */
    Contents contents() {
      List<SegmentFile.Committed> nowSegments = new ArrayList<>(contents.segments());
      for (SegmentFile segment : touched) {
        nowSegments.removeIf(was -> was.segment() == segment.committed().segment());
        nowSegments.add(segment.committed());
      }
      List<DeadFile.Committed> nowDead = new ArrayList<>(contents.deadFiles());
      if (touchedDead != null) {
        DeadFile.Committed committed = touchedDead.committed();
        nowDead.removeIf(was -> was.file() == committed.file());
        nowDead.add(committed);
      }
      return new Contents(nextFile, List.copyOf(nowSegments), List.copyOf(nowDead));
    }

    /** Leaves the tails for ever and removes the files that no manifest can name. */
    void discard() {
      abandonTails();
      for (SegmentFile segment : made) {
        segments.remove(segment);
        segment.release();
        delete(segment.path());
      }
      if (madeDead && touchedDead != null) {
        deadFiles.remove(touchedDead);
        closeQuietly(touchedDead);
        delete(touchedDead.path());
      }
    }

    private void delete(Path file) {
      try {
        files.delete(file);
      } catch (IOException e) {
        LOG.warn("{} stays until the next start: {}", file, e.toString());
      }
    }
  }
}
