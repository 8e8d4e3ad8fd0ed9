package io.weir.storage.checkpoint;

import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.DeadMark;
import io.weir.storage.segment.SegmentFile;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a shard is on the disk, and the order in which a checkpoint adds to it.
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
 * <p><b>Threads:</b> one at a time (the checkpoint thread, or the opener), which nobody interrupts:
 * an interrupt would close the files.
 */
public final class DurableShard {
  private static final Logger LOG = LoggerFactory.getLogger(DurableShard.class);

  /** Vectors, keys and payloads of a chunk: beyond it, a checkpoint writes another chunk. */
  private static final long MAX_CHUNK_BYTES = 1L << 30;

  private final StorageFiles files;
  private final Path root;
  private final Path directory;
  private final Identity identity;
  private final ManifestFile manifests;
  private final SegmentSet segments;
  private boolean directoryMade;
  private volatile long publishedGeneration;
  private volatile long manifestBytes;
  private long attemptedGeneration;
  private volatile Optional<UUID> topicId;
  private volatile Optional<SourcePosition> position;

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
      StorageFiles files,
      Path root,
      Path directory,
      Identity identity,
      ManifestFile manifests,
      SegmentSet segments,
      Optional<Manifest> manifest) {
    this.files = files;
    this.root = root;
    this.directory = directory;
    this.identity = identity;
    this.manifests = manifests;
    this.segments = segments;
    this.directoryMade = manifest.isPresent();
    this.publishedGeneration = manifest.map(Manifest::generation).orElse(0L);
    this.attemptedGeneration = publishedGeneration;
    this.manifestBytes = manifests.publishedBytes();
    this.topicId = manifest.flatMap(Manifest::topicId);
    this.position = manifest.flatMap(Manifest::position);
  }

  /** Reads the schema that a shard on the disk has, if there is a shard. */
  public static Optional<VectorSchema> storedSchema(StorageFiles files, Path directory)
      throws IOException {
    return new ManifestFile(files, directory).load().map(Manifest::schema);
  }

  /**
   * Opens a shard, or prepares one that is not there yet; that writes nothing.
   *
   * @param root folder of the store, durable itself; {@code directory} lies below it
   * @param directory folder of the shard
   * @param strays is told what an unfinished checkpoint had left, and is now gone
   */
  public static DurableShard open(
      StorageFiles files,
      Path root,
      Path directory,
      Identity identity,
      long segmentBytes,
      Strays strays)
      throws IOException {
    ManifestFile manifests = new ManifestFile(files, directory);
    Optional<Manifest> manifest = manifests.load();
    if (manifest.isPresent()) {
      check(directory, identity, manifest.get());
    }
    SegmentSet.Contents contents =
        manifest.map(Manifest::contents).orElse(SegmentSet.Contents.NONE);
    removeStrays(files, directory, manifest.isPresent(), contents, strays);
    manifests.removeTemporaries();
    SegmentSet segments =
        SegmentSet.open(files, directory, identity.owner(), segmentBytes, contents);
    return new DurableShard(files, root, directory, identity, manifests, segments, manifest);
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

  /** Is told of leftovers. */
  @FunctionalInterface
  public interface Strays {
    /** A file was removed. */
    void removed(Path file);
  }

  private static void removeStrays(
      StorageFiles files,
      Path directory,
      boolean hasManifest,
      SegmentSet.Contents contents,
      Strays strays)
      throws IOException {
    List<String> stray =
        files.list(directory).stream().filter(name -> SegmentSet.isStray(name, contents)).toList();
    if (!hasManifest) {
      requireNoData(files, directory);
    }
    for (String name : stray) {
      files.delete(directory.resolve(name));
      strays.removed(directory.resolve(name));
    }
  }

  /**
   * Checks that a folder without a manifest has no data files either.
   *
   * @throws CorruptFileException if it has: a manifest is written before the first of them, so it
   *     has been lost since
   */
  public static void requireNoData(StorageFiles files, Path directory) throws IOException {
    List<String> data =
        files.list(directory).stream()
            .filter(name -> SegmentSet.isStray(name, SegmentSet.Contents.NONE))
            .toList();
    if (!data.isEmpty()) {
      throw new CorruptFileException(
          directory, "its manifest", "a file named manifest-<generation>", "only " + data);
    }
  }

  /** Whether a commit of this position and topic would write anything, if there were no rows. */
  public boolean isBehind(Optional<SourcePosition> newPosition, Optional<UUID> newTopicId) {
    return newPosition.isPresent()
        && (!newPosition.equals(position) || !newTopicId.equals(topicId));
  }

  /**
   * Makes a frozen buffer durable, with the position that belongs to it.
   *
   * @param piece a direct buffer of {@link SegmentSet#pieceBytes}, borrowed
   * @throws IOException if the disk refuses; nothing that was durable has changed
   */
  public Committed commit(HotSnapshot frozen, Optional<UUID> newTopicId, ByteBuffer piece)
      throws IOException {
    if (!directoryMade) {
      makeDirectory();
    }
    List<DeadMark> marks = replacedBy(frozen);
    List<FrozenRows> rows =
        FrozenRows.of(
            frozen, RowLayout.strideBytes(identity.schema().dimension()), MAX_CHUNK_BYTES);
    long bytesBefore = segments.contents().bytes();
    attemptedGeneration++;
    SegmentSet.Staged staged = segments.stage(rows, marks, attemptedGeneration, piece);
    publish(staged, frozen.position(), newTopicId);
    return new Committed(
        rows.stream().mapToLong(FrozenRows::rows).sum(),
        marks.size(),
        staged.contents().bytes() - bytesBefore);
  }

  /**
   * A shard's first manifest names nothing; it tells a new shard from one that lost its manifest.
   */
  private void makeDirectory() throws IOException {
    files.createDirectories(directory);
    Path parent = root;
    for (Path name : root.relativize(directory)) {
      files.forceDirectory(parent);
      parent = parent.resolve(name);
    }
    attemptedGeneration++;
    publish(segments.unchanged(), Optional.empty(), Optional.empty());
    directoryMade = true;
  }

  private void publish(
      SegmentSet.Staged staged, Optional<SourcePosition> newPosition, Optional<UUID> newTopicId)
      throws IOException {
    Manifest manifest =
        new Manifest(
            attemptedGeneration,
            identity.store(),
            identity.collection(),
            identity.partition(),
            identity.schema(),
            newTopicId,
            newPosition,
            staged.contents());
    boolean written = false;
    try {
      manifests.write(manifest);
      written = true;
      manifests.publish(manifest);
    } catch (Throwable e) {
      // From the rename on, a crash may find the manifest: what it names must stay as it is.
      if (written) {
        segments.abandonTails();
      } else {
        segments.discard(staged);
      }
      throw e;
    }
    segments.publish(staged);
    publishedGeneration = attemptedGeneration;
    manifestBytes = manifests.publishedBytes();
    topicId = newTopicId;
    position = newPosition;
    removeOldManifests();
  }

  private void removeOldManifests() {
    try {
      manifests.removeOld();
    } catch (IOException | RuntimeException e) {
      // The new one is durable and counts; the old ones are only in the way.
      LOG.warn("{}: old manifests stay until the next checkpoint: {}", directory, e.toString());
    }
  }

  /** A published row dies by the first record of its key that came after it. */
  private List<DeadMark> replacedBy(HotSnapshot frozen) throws IOException {
    List<DeadMark> marks = new ArrayList<>();
    ColdView view = segments.view();
    if (view.rows() == view.deadRows()) {
      return marks;
    }
    for (int entry = 0; entry < frozen.count(); entry++) {
      if (frozen.previous(entry) == HotSnapshot.NONE) {
        MemorySegment key = frozen.key(entry);
        long killingOffset = frozen.offset(entry);
        view.find(identity.keyHash().of(key), key)
            .ifPresent(found ->
                marks.add(
                    new DeadMark(
                        found.chunk().segment(),
                        found.chunk().firstRow() + found.row(),
                        killingOffset)));
      }
    }
    return marks;
  }

  /** What queries see of the published rows. */
  public ColdView view() {
    return segments.view();
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
    return publishedGeneration;
  }

  /** Length of the newest manifest. */
  public long manifestBytes() {
    return manifestBytes;
  }

  /** Where to read on after a crash. */
  public Optional<SourcePosition> position() {
    return position;
  }

  /** The topic that the durable rows came from, once known. */
  public Optional<UUID> topicId() {
    return topicId;
  }

  /** Gives up the files. */
  public void close() {
    segments.close();
  }
}
