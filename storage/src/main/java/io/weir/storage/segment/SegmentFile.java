package io.weir.storage.segment;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.IncompatibleFormatException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.memory.LittleEndian;
import io.weir.storage.memory.RefCounted;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of chunks, mapped up to its committed length.
 *
 * <p>The newest file of a shard, its tail, gets a chunk with each checkpoint, until it is full. A
 * chunk is appended (written and forced) first, and counts only when the manifest that names it is
 * published: {@link #committed} says what that manifest may name. A file that gets nothing any more
 * is sealed: its descriptor is closed, for the maps do not need it.
 *
 * <p><b>Threads:</b> {@link #append} and {@link #force} belong to the thread that commits; readers
 * use chunks under a reference. <b>Ownership:</b> owns the descriptor and the maps; the last
 * reference gives them back.
 */
public final class SegmentFile extends RefCounted {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);

  /** A tail with so many chunks is full: small chunks are to be merged. */
  static final int MAX_TAIL_CHUNKS = 16;

  private final StorageFile file;
  private final Arena arena;
  private final SegmentFormat.Identity identity;
  private final boolean norms;
  private final Features features;
  private final List<MappedChunk> chunks = new ArrayList<>();
  private Committed committed;
  private volatile long mappedBytes;
  private volatile int maps;
  private volatile boolean sealed;

  /**
   * What a file's header says of its chunks.
   *
   * @param merged whether a compaction wrote it: nothing is ever appended to it
   * @param kills whether chunks may have a column of kills
   * @param columns whether chunks may have columns of fields
   */
  record Features(boolean merged, boolean kills, boolean columns) {
    /** What a file needs that is to take some rows. */
    static Features of(boolean merged, ChunkSource source) {
      return new Features(merged, source.hasKills(), !source.fields().isEmpty());
    }

    /** Whether such a file takes some rows. */
    boolean takes(ChunkSource source) {
      return (kills || !source.hasKills()) && (columns || source.fields().isEmpty());
    }

    private int compatible() {
      return merged ? SegmentFormat.COMPATIBLE_MERGED : 0;
    }

    private int incompatible() {
      return (kills ? SegmentFormat.INCOMPATIBLE_KILLS : 0)
          | (columns ? SegmentFormat.INCOMPATIBLE_COLUMNS : 0);
    }

    private static Features in(MemorySegment header) {
      int compatible = header.get(LittleEndian.INT, SegmentFormat.FILE_COMPATIBLE);
      int incompatible = header.get(LittleEndian.INT, SegmentFormat.FILE_INCOMPATIBLE);
      return new Features(
          (compatible & SegmentFormat.COMPATIBLE_MERGED) != 0,
          (incompatible & SegmentFormat.INCOMPATIBLE_KILLS) != 0,
          (incompatible & SegmentFormat.INCOMPATIBLE_COLUMNS) != 0);
    }
  }

  /**
   * How much of a segment file a manifest vouches for.
   *
   * @param segment number of the file
   * @param bytes its committed length
   * @param rows rows in it
   * @param chunks chunks in it
   * @param lastFooter checksum of the last chunk's footer
   */
  public record Committed(long segment, long bytes, int rows, int chunks, int lastFooter) {}

  @SuppressWarnings("MustBeClosedChecker") // free() closes it
  private SegmentFile(
      StorageFile file,
      SegmentFormat.Identity identity,
      boolean norms,
      Features features,
      Committed committed) {
    this.file = file;
    this.features = features;
    this.arena = Arena.ofShared();
    this.identity = identity;
    this.norms = norms;
    this.committed = committed;
  }

  /**
   * Makes a new file with a header; nothing is forced.
   *
   * @param writer wraps the file for those who write to it
   */
  static SegmentFile create(
      StorageFiles files,
      Path directory,
      long segment,
      SegmentFormat.Identity identity,
      boolean norms,
      Features features,
      UnaryOperator<StorageFile> writer)
      throws IOException {
    StorageFile file =
        writer.apply(files.create(directory.resolve(SegmentFormat.fileName(segment))));
    try {
      ByteBuffer header = ByteBuffer.allocateDirect(SegmentFormat.FILE_HEADER_BYTES);
      encodeHeader(MemorySegment.ofBuffer(header), segment, identity, features);
      file.write(header, 0);
    } catch (IOException | RuntimeException e) {
      file.close();
      files.delete(file.path());
      throw e;
    }
    return new SegmentFile(
        file,
        identity,
        norms,
        features,
        new Committed(segment, SegmentFormat.FILE_HEADER_BYTES, 0, 0, 0));
  }

  /**
   * Opens a file, cuts what lies behind its committed length, maps it and opens its chunks.
   *
   * @throws CorruptFileException if it is not what the manifest vouches for
   */
  static SegmentFile open(
      StorageFiles files,
      Path directory,
      SegmentFormat.Identity identity,
      boolean norms,
      Committed committed)
      throws IOException {
    Path path = directory.resolve(SegmentFormat.fileName(committed.segment()));
    StorageFile file = new EagerFile(CommittedFile.open(files, path, committed.bytes()));
    SegmentFile segment;
    try {
      segment = new SegmentFile(file, identity, norms, features(file), committed);
    } catch (Throwable e) {
      file.close();
      throw e;
    }
    try {
      segment.load();
    } catch (IOException | RuntimeException e) {
      segment.release();
      throw e;
    }
    return segment;
  }

  private static Features features(StorageFile file) throws IOException {
    ByteBuffer header = ByteBuffer.allocateDirect(SegmentFormat.FILE_HEADER_BYTES);
    file.read(header, 0);
    MemorySegment bytes = MemorySegment.ofBuffer(header.flip());
    checkReadable(file.path(), bytes);
    return Features.in(bytes);
  }

  private void load() throws IOException {
    MemorySegment mapped = map(0, committed.bytes());
    checkIsOurs(mapped);
    long position = SegmentFormat.FILE_HEADER_BYTES;
    int firstRow = 0;
    int previous = 0;
    while (position < committed.bytes()) {
      MappedChunk chunk = chunkAt(mapped, position, position, firstRow, previous);
      chunks.add(chunk);
      position += chunk.byteSize();
      firstRow += chunk.rows();
      previous = chunk.footerChecksum();
    }
    Damage damage = new Damage(file.path(), "committed range");
    damage.unlessSame("end", committed.bytes(), position);
    damage.unlessSame("rows", committed.rows(), firstRow);
    damage.unlessSame("chunks", committed.chunks(), chunks.size());
    damage.unlessSame("checksum of the last footer", committed.lastFooter(), previous);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes, others only read
  private MemorySegment map(long position, long bytes) throws IOException {
    MemorySegment mapped = file.map(position, bytes, arena);
    mappedBytes += bytes;
    maps++;
    return mapped;
  }

  private MappedChunk chunkAt(
      MemorySegment mapped, long from, long position, int firstRow, int previous)
      throws CorruptFileException {
    ChunkHeader header =
        ChunkHeader.decode(
            file.path(), mapped, from, position, committed.segment(), firstRow, previous);
    return new MappedChunk(file.path(), mapped.asSlice(from, header.bytes()), header, identity);
  }

  /** Appends a chunk behind the last one and maps it. Nothing is forced, nothing published. */
  MappedChunk append(ChunkSource source, long generation, KeyHash keyHash, ByteBuffer piece)
      throws IOException {
    ChunkWriter.Place place =
        new ChunkWriter.Place(
            generation,
            committed.segment(),
            committed.bytes(),
            committed.rows(),
            committed.lastFooter());
    ChunkWriter.Written written =
        ChunkWriter.write(file, place, source, identity, norms, keyHash, piece);
    MemorySegment mapped = map(place.position(), written.header().bytes());
    MappedChunk chunk = chunkAt(mapped, 0, place.position(), place.firstRow(), place.previous());
    new Damage(file.path(), "chunk just written")
        .unlessSame("footer", written.footerChecksum(), chunk.footerChecksum());
    chunks.add(chunk);
    committed =
        new Committed(
            committed.segment(),
            committed.bytes() + chunk.byteSize(),
            committed.rows() + chunk.rows(),
            committed.chunks() + 1,
            chunk.footerChecksum());
    return chunk;
  }

  /** Returns when the file is on the medium. */
  void force() throws IOException {
    file.force(true);
  }

  /** Whether it takes no further chunk. */
  boolean isFull(long segmentBytes) {
    return sealed
        || features.merged()
        || committed.chunks() >= MAX_TAIL_CHUNKS
        || committed.bytes() >= segmentBytes;
  }

  /** Closes the descriptor: nothing is going to be appended. Chunks stay readable. */
  void seal() {
    if (sealed) {
      return;
    }
    sealed = true;
    try {
      file.close();
    } catch (IOException e) {
      // Everything that counts was forced; a descriptor that will not close has nothing to lose.
      LOG.warn("{} did not close: {}", file.path(), e.toString());
    }
  }

  /** Whether it holds a descriptor: not once it is sealed. */
  public boolean isOpen() {
    return !sealed;
  }

  /** What its header says of its chunks. */
  Features features() {
    return features;
  }

  /** Where it is. */
  Path path() {
    return file.path();
  }

  /** How many maps there are: one, and one more for each chunk that was appended. */
  public int maps() {
    return maps;
  }

  /** Bytes that are mapped. */
  public long mappedBytes() {
    return mappedBytes;
  }

  /** What a manifest may vouch for: everything appended so far. */
  Committed committed() {
    return committed;
  }

  /** Its chunks, oldest first. */
  List<MappedChunk> chunks() {
    return List.copyOf(chunks);
  }

  private static void encodeHeader(
      MemorySegment to, long segment, SegmentFormat.Identity identity, Features features) {
    to.set(LittleEndian.LONG, 0, SegmentFormat.FILE_MAGIC);
    to.set(LittleEndian.SHORT, SegmentFormat.FILE_MAJOR, SegmentFormat.MAJOR);
    to.set(LittleEndian.SHORT, SegmentFormat.FILE_MINOR, SegmentFormat.MINOR);
    to.set(LittleEndian.INT, SegmentFormat.FILE_COMPATIBLE, features.compatible());
    to.set(LittleEndian.INT, SegmentFormat.FILE_INCOMPATIBLE, features.incompatible());
    to.set(LittleEndian.INT, SegmentFormat.FILE_DIMENSION, identity.dimension());
    to.set(LittleEndian.LONG, SegmentFormat.FILE_STORE, identity.store().getMostSignificantBits());
    to.set(
        LittleEndian.LONG,
        SegmentFormat.FILE_STORE + Long.BYTES,
        identity.store().getLeastSignificantBits());
    to.set(LittleEndian.LONG, SegmentFormat.FILE_SEGMENT, segment);
    to.set(LittleEndian.INT, SegmentFormat.FILE_STRIDE, identity.strideBytes());
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.FILE_ELEMENT, SegmentFormat.FLOAT32);
    to.set(ValueLayout.JAVA_BYTE, SegmentFormat.FILE_METRIC, (byte) identity.metric());
    to.set(LittleEndian.INT, SegmentFormat.FILE_PARTITION, identity.partition());
    to.set(
        LittleEndian.INT,
        SegmentFormat.FILE_CHECKSUM,
        Checksum.of(to, 0, SegmentFormat.FILE_CHECKSUM));
  }

  /** Checks that a header is whole, and one that this version understands. */
  private static void checkReadable(Path path, MemorySegment header) throws IOException {
    Damage damage = new Damage(path, "file header");
    damage.unlessSame("magic", SegmentFormat.FILE_MAGIC, header.get(LittleEndian.LONG, 0));
    short major = header.get(LittleEndian.SHORT, SegmentFormat.FILE_MAJOR);
    if (major != SegmentFormat.MAJOR) {
      throw new IncompatibleFormatException(path, "format version " + major);
    }
    damage.unlessSame(
        "checksum",
        header.get(LittleEndian.INT, SegmentFormat.FILE_CHECKSUM),
        Checksum.of(header, 0, SegmentFormat.FILE_CHECKSUM));
    int unknown =
        header.get(LittleEndian.INT, SegmentFormat.FILE_INCOMPATIBLE)
            & ~SegmentFormat.KNOWN_INCOMPATIBLE;
    if (unknown != 0) {
      throw new IncompatibleFormatException(path, "feature bits 0x" + Integer.toHexString(unknown));
    }
  }

  /** Checks that a readable header is that of this file of this shard. */
  private void checkIsOurs(MemorySegment mapped) throws IOException {
    Damage damage = new Damage(file.path(), "file header");
    MemorySegment expected = MemorySegment.ofArray(new byte[SegmentFormat.FILE_HEADER_BYTES]);
    encodeHeader(expected, committed.segment(), identity, features);
    for (int field = SegmentFormat.FILE_DIMENSION;
        field < SegmentFormat.FILE_CHECKSUM;
        field += Integer.BYTES) {
      damage.unlessSame(
          "byte " + field,
          expected.get(LittleEndian.INT, field),
          mapped.get(LittleEndian.INT, field));
    }
  }

  @Override
  protected void free() {
    arena.close();
    seal();
  }
}
