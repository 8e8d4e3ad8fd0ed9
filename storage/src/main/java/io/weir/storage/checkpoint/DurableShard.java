package io.weir.storage.checkpoint;

import io.weir.storage.checkpoint.Publication.State;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.DeadMark;
import io.weir.storage.segment.KeyLookups;
import io.weir.storage.segment.MergePolicy;
import io.weir.storage.segment.MergeResources;
import io.weir.storage.segment.SegmentFile;
import io.weir.storage.segment.SegmentMerge;
import io.weir.storage.segment.SegmentSet;
import io.weir.storage.segment.Staged;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What of a shard is on the disk, and the order in which a checkpoint adds to it and a merge tidies
 * it up.
 *
 * <ol>
 *   <li>Find the published rows that the frozen ones replace: dead marks.
 *   <li>Append the live frozen rows as chunks, and the dead marks; force both files.
 *   <li>Write, force and rename the manifest that names them; force the directory.
 *   <li>Only then may anything report the new position, and the frozen buffer go.
 * </ol>
 *
 * <p>A crash before the rename leaves the old state, and bytes behind committed lengths that the
 * next open cuts; a crash after it leaves the new state. A failure in step 2 or 3 leaves the old
 * state, and the next attempt writes to new files under a new generation number: the same rows, for
 * they are still hot.
 *
 * <p>A merge is a commit like any other: its output is written and forced first, beside checkpoints
 * that go on; then a manifest names it in place of its inputs, with marks for the rows that died
 * meanwhile. Inputs are unlinked only after that, and older manifests, which name them, before
 * them.
 *
 * <p><b>Threads:</b> {@link #commit}, {@link #promote}, {@link #planMerge} and {@link #commitMerge}
 * one at a time; {@link #writeMerge} beside them, on one thread. Nobody interrupts these threads:
 * an interrupt would close the files.
 */
public final class DurableShard {
  /** Vectors, keys and payloads of a chunk: beyond it, a checkpoint writes another chunk. */
  private static final long MAX_CHUNK_BYTES = 1L << 30;

  private final Path root;
  private final ShardFolder folder;
  private final Identity identity;
  private final Settings settings;
  private final SegmentSet segments;
  private final Publication publication;
  private final PinnedPositions pinned = new PinnedPositions();

  /**
   * How a shard is kept.
   *
   * @param segmentBytes a segment file of this size gets no further chunk
   * @param history how long replaced rows are kept
   * @param clock tells when a position became durable
   */
  public record Settings(long segmentBytes, HistoryLimits history, InstantSource clock) {}

  /**
   * Which shard it is.
   *
   * @param store UUID of the store
   * @param keyHash its hash
   * @param collection name of the collection
   * @param partition number of the partition
   * @param schema dimension and metric
   */
  public record Identity(
      UUID store, KeyHash keyHash, String collection, int partition, VectorSchema schema) {

    SegmentSet.Owner owner() {
      return new SegmentSet.Owner(store, partition, schema, keyHash);
    }
  }

  /**
   * What a commit added.
   *
   * @param rows rows written
   * @param deadMarks published rows that were replaced
   * @param bytes bytes appended to segment and dead-mark files
   */
  public record Committed(long rows, long deadMarks, long bytes) {}

  private DurableShard(
      Path root,
      ShardFolder folder,
      Identity identity,
      Settings settings,
      SegmentSet segments,
      Publication publication) {
    this.root = root;
    this.folder = folder;
    this.identity = identity;
    this.settings = settings;
    this.segments = segments;
    this.publication = publication;
  }

  /**
   * Opens a shard, or prepares one that is not there yet; that writes nothing.
   *
   * @param root folder of the store, durable itself; {@code directory} lies below it
   * @param directory folder of the shard
   * @param successor whether the shard is made beside the one in its partition's place; then there
   *     is nothing in the folder yet
   * @param strays is told what an unfinished checkpoint had left, and is now gone
   */
  public static DurableShard open(
      StorageFiles files,
      Path root,
      Path directory,
      Identity identity,
      boolean successor,
      Settings settings,
      ShardFolder.Strays strays)
      throws IOException {
    ShardFolder folder = new ShardFolder(files, directory);
    ManifestFile manifests = new ManifestFile(files, directory);
    Optional<Manifest> manifest = manifests.load();
    if (manifest.isPresent()) {
      check(directory, identity, manifest.get());
    }
    SegmentSet.Contents contents =
        manifest.map(Manifest::contents).orElse(SegmentSet.Contents.NONE);
    if (manifest.isEmpty()) {
      folder.requireNoData();
    }
    folder.removeStrays(contents, strays);
    manifests.removeTemporaries();
    SegmentSet segments =
        SegmentSet.open(
            files,
            directory,
            identity.owner(),
            settings.segmentBytes(),
            contents,
            manifest.flatMap(Manifest::position).map(SourcePosition::nextOffset).orElse(0L),
            manifest.map(Manifest::history).orElse(HistoryLog.EMPTY).floor());
    Publication publication =
        new Publication(folder, identity, successor, manifests, segments, manifest);
    return new DurableShard(root, folder, identity, settings, segments, publication);
  }

  private static void check(Path directory, Identity identity, Manifest manifest)
      throws CorruptFileException {
    Path file = directory.resolve(ManifestFile.name(manifest.generation()));
    if (!manifest.store().equals(identity.store())) {
      throw new CorruptFileException(file, "store", identity.store(), manifest.store());
    }
    if (manifest.partition() != identity.partition()
        || !manifest.collection().equals(identity.collection())) {
      throw new CorruptFileException(
          file,
          "shard",
          identity.collection() + "/" + identity.partition(),
          manifest.collection() + "/" + manifest.partition());
    }
    if (!manifest.schema().equals(identity.schema())) {
      throw new CorruptFileException(file, "schema", identity.schema(), manifest.schema());
    }
  }

  /** Positions that somebody reads as of: no commit or merge drops a row that they show. */
  public PinnedPositions pinned() {
    return pinned;
  }

  /**
   * Whether a commit of this position and feed would be worth a manifest, if there were no rows. A
   * shard without a position is not: it begins at the beginning, whatever is noted of it.
   */
  public boolean isBehind(Optional<SourcePosition> newPosition, Feed newFeed) {
    State durable = publication.state();
    return newPosition.isPresent()
        && (!newPosition.equals(durable.position())
            || durable.feed().isBehind(newFeed, settings.clock().instant()));
  }

  /**
   * Makes a frozen buffer durable, with the position that belongs to it.
   *
   * @param newFeed what was known of the feed when the buffer was frozen
   * @param piece a direct buffer of {@link SegmentSet#pieceBytes}, borrowed
   * @throws IOException if the disk refuses; nothing that was durable has changed
   */
  public Committed commit(HotSnapshot frozen, Feed newFeed, ByteBuffer piece) throws IOException {
    publication.begin(root);
    List<DeadMark> marks = replacedBy(frozen);
    long now = settings.clock().millis();
    HistoryLog history = publication.state().history();
    long nextOffset = frozen.position().map(SourcePosition::nextOffset).orElse(0L);
    FrozenRows.Kept kept =
        FrozenRows.of(
            frozen,
            pinned.atMost(history.horizon(settings.history(), now, nextOffset)),
            RowLayout.strideBytes(identity.schema().dimension()),
            MAX_CHUNK_BYTES);
    long bytesBefore = segments.contents().bytes();
    Staged staged = segments.stage(kept.chunks(), marks, publication.nextGeneration(), piece);
    HistoryLog newHistory = history.raised(kept.floor()).noted(settings.history(), now, nextOffset);
    publication.publish(
        staged, new State(newFeed, frozen.position(), newHistory), Optional.empty());
    return new Committed(
        kept.chunks().stream().mapToLong(FrozenRows::rows).sum(),
        marks.size(),
        staged.contents().bytes() - bytesBefore);
  }

  /**
   * Looks for segments that are worth merging, or rewriting without their dead rows. The caller
   * closes what it gets.
   *
   * @param declared fields whose values become columns of what it writes; empty if it is not known
   *     which these are, and then segments with columns stay as they are
   */
  public Optional<SegmentMerge> planMerge(MergePolicy policy, Optional<DeclaredFields> declared)
      throws IOException {
    State now = publication.state();
    return segments.planMerge(
        policy,
        pinned.atMost(
            now.history().horizon(settings.history(), settings.clock().millis(), now.nextOffset())),
        declared);
  }

  /** Says that a planned merge is going to be written: its inputs take no further chunk. */
  public void beginMerge(SegmentMerge merge) {
    segments.begin(merge);
  }

  /**
   * Writes and forces what a merge keeps.
   *
   * @throws IOException if the disk refuses, a byte is damaged, or the throttle ends it; nothing is
   *     left of it
   */
  public void writeMerge(SegmentMerge merge, MergeResources resources) throws IOException {
    segments.write(merge, publication.generation() + 1, resources);
  }

  /**
   * Publishes a merge that has been written, in place of its inputs, and unlinks these.
   *
   * @param dense whether to leave no obsolete dead mark, be it worth a new file or not
   * @throws IOException if the disk refuses; nothing that was published has changed
   */
  public void commitMerge(SegmentMerge merge, boolean dense) throws IOException {
    long generation = publication.nextGeneration();
    Staged staged;
    try {
      staged = segments.stage(merge, generation, dense);
    } catch (Throwable e) {
      segments.discard(merge);
      throw e;
    }
    State now = publication.state();
    HistoryLog history = now.history().raised(merge.floor());
    publication.publish(staged, new State(now.feed(), now.position(), history), Optional.of(merge));
  }

  /**
   * Publishes a manifest that no longer says that the shard is a successor: from then on it is the
   * one of its partition that counts, and the one before it is only in the way.
   *
   * @throws IOException if the disk refuses; unless that fails, too, a further manifest takes back
   *     what may have been published
   */
  public void promote() throws IOException {
    publication.begin(root);
    publication.promote();
  }

  /** A published row dies by the first record of its key that came after it. */
  private List<DeadMark> replacedBy(HotSnapshot frozen) throws IOException {
    List<DeadMark> marks = new ArrayList<>();
    ColdView view = segments.view();
    if (view.rows() == view.deadRows()) {
      return marks;
    }
    KeyLookups firsts = new KeyLookups(frozen.count());
    for (int entry = 0; entry < frozen.count(); entry++) {
      if (frozen.previous(entry) == HotSnapshot.NONE) {
        firsts.add(entry, identity.keyHash().of(frozen.key(entry)));
      }
    }
    view.findAll(
        firsts,
        frozen::key,
        (entry, chunk, row) ->
            marks.add(new DeadMark(chunk.segment(), chunk.firstRow() + row, frozen.offset(entry))));
    // They were found in the order of the keys' hashes, which differ from store to store.
    marks.sort(Comparator.comparingLong(DeadMark::killingOffset));
    return marks;
  }

  /** What queries see of the published rows. */
  public ColdView view() {
    return segments.view();
  }

  /** Segment files that are out of {@link #view} and that readers still hold. */
  public List<SegmentFile> pinnedFiles() {
    return segments.pinned();
  }

  /** The files behind {@link #view}. */
  public List<SegmentFile> segmentFiles() {
    return segments.segments();
  }

  /** Segment and dead-mark files, with committed lengths. */
  public SegmentSet.Contents contents() {
    return segments.contents();
  }

  /** Generation of the newest manifest; 0 before the first. */
  public long generation() {
    return publication.generation();
  }

  /** Length of the newest manifest. */
  public long manifestBytes() {
    return publication.manifestBytes();
  }

  /** Bytes that the shard's files take on the disk; asked for by name, no file is opened. */
  public OptionalLong allocatedBytes() throws IOException {
    return folder.allocatedBytes();
  }

  /** Where to read on after a crash. */
  public Optional<SourcePosition> position() {
    return publication.state().position();
  }

  /** What is durable of what feeds the shard. */
  public Feed feed() {
    return publication.state().feed();
  }

  /** Gives up the files. */
  public void close() {
    segments.close();
  }
}
