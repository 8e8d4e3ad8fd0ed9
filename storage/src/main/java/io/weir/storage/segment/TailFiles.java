package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens, makes, numbers and removes the files of a shard, and knows which of them are its tails:
 * those that the next commit appends to.
 *
 * <p><b>Threads:</b> as {@link SegmentSet}; {@link #createMerged}, {@link #append} to its file and
 * {@link #remove} also beside that.
 */
final class TailFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TailFiles.class);

  private final StorageFiles files;
  private final Path directory;
  private final SegmentFormat.Identity identity;
  private final boolean norms;
  private final KeyHash keyHash;
  private final long segmentBytes;

  /** Counts attempts too: a number whose file could not be made is not tried again. */
  private long nextFile;

  /** The file that the next chunk goes to; none after a failure. */
  private @Nullable SegmentFile tail;

  private @Nullable DeadFile deadTail;

  TailFiles(
      StorageFiles files,
      Path directory,
      SegmentSet.Owner owner,
      long segmentBytes,
      long nextFile) {
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
    this.nextFile = nextFile;
  }

  SegmentFile openSegment(SegmentFile.Committed committed) throws IOException {
    return SegmentFile.open(files, directory, identity, norms, committed);
  }

  /** Opens a file of marks and hands them over. */
  DeadFile openMarks(DeadFile.Committed committed, DeadMarkLoader loader) throws IOException {
    return DeadFile.open(files, directory, identity.store(), committed, loader);
  }

  /** Goes on with the files that were written to last. */
  void goOn(List<PublishedSegment> members, List<PublishedMarks> deadFiles) {
    tail = members.isEmpty() ? null : members.getLast().file();
    deadTail = deadFiles.isEmpty() ? null : deadFiles.getLast().file();
  }

  int dimension() {
    return identity.dimension();
  }

  long nextFile() {
    return nextFile;
  }

  long takeNumber() {
    return nextFile++;
  }

  boolean isTail(SegmentFile file) {
    return file == tail;
  }

  /** Whether the next commit may append to a file. */
  boolean takesChunks(SegmentFile file) {
    return isTail(file) && !file.isFull(segmentBytes);
  }

  /** The tail, if it takes such rows. */
  Optional<SegmentFile> tailFor(ChunkSource source) {
    return Optional.ofNullable(tail)
        .filter(this::takesChunks)
        .filter(file -> file.features().takes(source));
  }

  /** Begins a new tail, which takes such rows. */
  SegmentFile createTail(ChunkSource source) throws IOException {
    SegmentFile made = create(takeNumber(), SegmentFile.Features.of(false, source), EagerFile::new);
    tail = made;
    return made;
  }

  /** Makes the file of a merge. */
  SegmentFile createMerged(long number, ChunkSource rows, Throttle throttle) throws IOException {
    return create(
        number, SegmentFile.Features.of(true, rows), file -> new ThrottledFile(file, throttle));
  }

  private SegmentFile create(
      long number, SegmentFile.Features features, UnaryOperator<StorageFile> writer)
      throws IOException {
    return SegmentFile.create(files, directory, number, identity, norms, features, writer);
  }

  void append(SegmentFile to, ChunkSource source, long generation, ByteBuffer piece)
      throws IOException {
    to.append(source, generation, keyHash, piece);
  }

  Optional<DeadFile> deadTail() {
    return Optional.ofNullable(deadTail);
  }

  /** Begins a new tail of marks. */
  DeadFile createDeadTail() throws IOException {
    DeadFile made = DeadFile.create(files, directory, takeNumber(), identity.store());
    deadTail = made;
    return made;
  }

  /** Returns when the names of new files are on the medium. */
  void forceNames() throws IOException {
    files.forceDirectory(directory);
  }

  /** The next chunk goes to a new file. */
  void endTail() {
    tail = null;
  }

  /** The next chunk goes to a new file, if it would have gone to this one. */
  void endTail(SegmentFile file) {
    if (isTail(file)) {
      endTail();
    }
  }

  /** The next marks go to a new file. */
  void endDeadTail() {
    deadTail = null;
  }

  /** Everything goes to new files. */
  void abandon() {
    endTail();
    endDeadTail();
  }

  /** Gives up and removes a file that no manifest can name. */
  void remove(SegmentFile file) {
    file.release();
    delete(file.path());
  }

  /** Closes and removes a file of marks that no manifest can name. */
  void remove(DeadFile file) {
    file.closeQuietly();
    delete(file.path());
  }

  private void delete(Path file) {
    try {
      files.delete(file);
    } catch (IOException e) {
      LOG.warn("{} stays until the next start: {}", file, e.toString());
    }
  }
}
