package io.weir.storage.segment;

import io.weir.storage.field.Field;
import io.weir.storage.field.LongRanges;
import io.weir.storage.field.RowSet;
import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.memory.LittleEndian;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A published chunk: finds a key, lends the bytes of a row.
 *
 * <p>Opening it reads header, footer and checks. Every other byte is compared with its piece's
 * checksum before it is first lent; what does not match is a {@link CorruptFileException} and is
 * never lent.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the map of its segment file; whoever uses it
 * holds a reference to the {@link SegmentFile}.
 */
public final class MappedChunk {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** Asked for at once: the disk reads that much ahead of whoever reads it then. */
  private static final long READABLE_STEP_BYTES = 8 << 20;

  private final Path file;
  private final MemorySegment bytes;
  private final ChunkHeader header;
  private final int strideBytes;
  private final int vectorBytes;
  private final PackedColumn offsets;
  private final PackedColumn timestamps;
  private final PackedColumn keyEnds;
  private final PackedColumn payloadEnds;
  private final long normsStart;
  private final PackedColumn kills;
  private final int footerChecksum;

  /** Read when they are first asked for: opening a chunk reads no piece. */
  private volatile @Nullable List<FieldColumn> columns;

  /** One bit a piece that has been compared with its checksum. */
  private final long[] verifiedPieces;

  /** Opens the chunk at a position of a mapped file, checking what is read once only. */
  MappedChunk(Path file, MemorySegment mapped, ChunkHeader header, SegmentFormat.Identity identity)
      throws CorruptFileException {
    this.file = file;
    this.bytes = mapped;
    this.header = header;
    this.strideBytes = identity.strideBytes();
    this.vectorBytes = identity.dimension() * Float.BYTES;
    this.offsets = header.offsets();
    this.timestamps = header.timestamps();
    this.keyEnds = header.keyEnds();
    this.payloadEnds = header.payloadEnds();
    this.normsStart = header.normsStart();
    this.kills = header.kills();
    this.footerChecksum = ChunkFooter.verify(file, mapped, header);
    this.verifiedPieces =
        new long[(SegmentFormat.pieces(header.checksStart()) + Long.SIZE - 1) / Long.SIZE];
  }

  /** Number of the segment file. */
  public long segment() {
    return header.segment();
  }

  /** Rows of the segment file before this chunk. */
  public int firstRow() {
    return header.firstRow();
  }

  /** Rows in it. */
  public int rows() {
    return header.rows();
  }

  /** Length in bytes. */
  public long byteSize() {
    return header.bytes();
  }

  /** Bytes of its payloads, and up to three behind them that align what follows. */
  public long payloadBytes() {
    return header.indexStart() - header.payloadsStart();
  }

  /** Bytes of its key index. */
  public long indexBytes() {
    return (long) header.slots() * SegmentFormat.SLOT_BYTES;
  }

  /** Bytes of its columns of fields. */
  public long fieldBytes() {
    return header.fieldBytes();
  }

  /** Whether it has a column of any field. */
  boolean hasColumns() {
    return header.columns() > 0;
  }

  int footerChecksum() {
    return footerChecksum;
  }

  /** Gives a key, where it is needed at all: most look-ups end without. */
  interface LazyKey {
    /** The key's bytes; borrowed. */
    MemorySegment key();
  }

  /** Returns the newest row of a key whose offset is lower than {@code before}, or -1. */
  int find(long hash, LazyKey key, long before) throws IOException {
    if (header.firstOffset() >= before) {
      return -1;
    }
    boolean all = header.lastOffset() < before;
    return find(hash, row -> key(row).mismatch(key.key()) == -1 && (all || offset(row) < before));
  }

  /** Visits all rows of a key, dead ones included, the newest first. */
  public void forEachRow(long hash, MemorySegment key, IntConsumer rows) throws IOException {
    find(
        hash,
        row -> {
          if (key(row).mismatch(key) == -1) {
            rows.accept(row);
          }
          return false;
        });
  }

  /** Says whether a row is the one that is looked for. */
  private interface Match {
    boolean is(int row) throws IOException;
  }

  private int find(long hash, Match match) throws IOException {
    KeyIndex.Probe probe =
        new KeyIndex.Probe() {
          @Override
          public int readable(int from) throws IOException {
            long position = header.indexStart() + (long) from * SegmentFormat.SLOT_BYTES;
            long pieceEnd = (position / SegmentFormat.PIECE_BYTES + 1) * SegmentFormat.PIECE_BYTES;
            verify(position, position + SegmentFormat.SLOT_BYTES);
            return (int)
                Math.min(
                    header.slots(), (pieceEnd - header.indexStart()) / SegmentFormat.SLOT_BYTES);
          }

          @Override
          public boolean matches(int row) throws IOException {
            return match.is(row);
          }
        };
    return KeyIndex.find(bytes, header.indexStart(), header.slots(), header.rows(), hash, probe);
  }

  /** Key of a row. */
  public MemorySegment key(int row) throws CorruptFileException {
    return part(keyEnds, header.keysStart(), row);
  }

  /** Payload of a row. */
  public MemorySegment payload(int row) throws CorruptFileException {
    return part(payloadEnds, header.payloadsStart(), row);
  }

  /** A string, borrowed; strings lie one behind the other from {@code start} on. */
  MemorySegment part(PackedColumn ends, long start, int row) throws CorruptFileException {
    long from = start + partStart(ends, row);
    long to = start + value(ends, row);
    verify(from, to);
    return bytes.asSlice(from, to - from);
  }

  private long partStart(PackedColumn ends, int row) throws CorruptFileException {
    return row == 0 ? 0 : value(ends, row - 1);
  }

  /** Length of a row's key. */
  int keyBytes(int row) throws CorruptFileException {
    return (int) (value(keyEnds, row) - partStart(keyEnds, row));
  }

  /** Length of a row's payload. */
  int payloadBytes(int row) throws CorruptFileException {
    return (int) (value(payloadEnds, row) - partStart(payloadEnds, row));
  }

  /** Kafka offset of a row. */
  public long offset(int row) throws CorruptFileException {
    return header.firstOffset() + value(offsets, row);
  }

  /** How many rows have an offset lower than {@code before}: these come first. */
  public int rowsBefore(long before) throws CorruptFileException {
    int low = 0;
    int high = rows();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (offset(middle) < before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Kafka offset of the first row: rows are in the order of their offsets. */
  public long firstOffset() {
    return header.firstOffset();
  }

  /** Kafka offset of the last row. */
  public long lastOffset() {
    return header.lastOffset();
  }

  /** Bytes from one vector to the next. */
  int strideBytes() {
    return strideBytes;
  }

  /** Rows that were dead when the chunk was written. */
  public int deadRows() {
    return header.deadRows();
  }

  /** What had replaced a row when the chunk was written, or {@link ChunkSource#ALIVE}. */
  public long killingOffset(int row) throws CorruptFileException {
    long kill = header.deadRows() == 0 ? 0 : value(kills, row);
    return kill == 0 ? ChunkSource.ALIVE : header.firstOffset() + kill;
  }

  /** Kafka timestamp of a row, in milliseconds. */
  public long timestampMillis(int row) throws CorruptFileException {
    return header.firstTimestamp() + value(timestamps, row);
  }

  /** The lowest Kafka timestamp of a row, in milliseconds. */
  public long lowestTimestamp() {
    return header.firstTimestamp();
  }

  /** A timestamp that none of a row is above. */
  public long mostTimestamp() {
    // As much as the column could hold: the highest is not in the header.
    int bits = header.timestampWidth() * Byte.SIZE;
    long most = header.firstTimestamp() + (1L << bits) - 1;
    return bits == Long.SIZE || most < header.firstTimestamp() ? Long.MAX_VALUE : most;
  }

  /** Takes those rows out of a set whose Kafka timestamps are none of the wanted. */
  public void retainTimestamps(RowSet rows, LongRanges wanted) throws CorruptFileException {
    retain(rows, timestamps, header.firstTimestamp(), wanted);
  }

  /**
   * Takes those rows out of a set whose value, above a lowest one, is none of the wanted. As {@link
   * RowSet#retainIf} would, in half the time: that asks through an interface.
   */
  void retain(RowSet rows, PackedColumn column, long lowest, LongRanges wanted)
      throws CorruptFileException {
    int last = rows.last();
    if (last < 0) {
      return;
    }
    verify(column, rows.next(rows.first()), last + 1L);
    long[] words = rows.words();
    for (int i = 0; i < words.length; i++) {
      long stay = 0;
      for (long left = words[i]; left != 0; left &= left - 1) {
        int bit = Long.numberOfTrailingZeros(left);
        int row = rows.first() + i * Long.SIZE + bit;
        if (wanted.contains(lowest + column.get(bytes, row))) {
          stay |= 1L << bit;
        }
      }
      words[i] = stay;
    }
  }

  /** The column of a field of that name and type, if there is one. */
  public Optional<FieldColumn> column(Field field) throws CorruptFileException {
    return columns().stream().filter(column -> column.field().equals(field)).findFirst();
  }

  private List<FieldColumn> columns() throws CorruptFileException {
    List<FieldColumn> known = columns;
    if (known == null) {
      known = readColumns();
      columns = known;
    }
    return known;
  }

  private List<FieldColumn> readColumns() throws CorruptFileException {
    List<FieldColumn> read = new ArrayList<>();
    long entriesEnd =
        header.fieldsStart() + (long) header.columns() * SegmentFormat.COLUMN_ENTRY_BYTES;
    long nameAt = entriesEnd;
    for (long at = header.fieldsStart(); at < entriesEnd; at += SegmentFormat.COLUMN_ENTRY_BYTES) {
      verify(at, at + SegmentFormat.COLUMN_ENTRY_BYTES);
      int nameBytes = bytes.get(LittleEndian.SHORT, at);
      verify(nameAt, nameAt + nameBytes);
      byte[] name = bytes.asSlice(nameAt, nameBytes).toArray(ValueLayout.JAVA_BYTE);
      MemorySegment entry = bytes.asSlice(at, SegmentFormat.COLUMN_ENTRY_BYTES);
      String text = new String(name, StandardCharsets.UTF_8);
      read.add(new FieldColumn(this, ColumnEntry.decode(entry, text)));
      nameAt += nameBytes;
    }
    return List.copyOf(read);
  }

  /** Norm of a row under cosine, else 0. */
  float norm(int row) throws CorruptFileException {
    if (header.hasNorms()) {
      long at = normsStart + (long) row * Float.BYTES;
      verify(at, at + Float.BYTES);
    }
    return verifiedNorm(row);
  }

  /** Norm of a row under cosine, else 0; after {@link #verifyVectors} of that row. */
  public float verifiedNorm(int row) {
    return header.hasNorms()
        ? bytes.get(LittleEndian.FLOAT, normsStart + (long) row * Float.BYTES)
        : 0f;
  }

  private long value(PackedColumn column, int row) throws CorruptFileException {
    long at = column.start() + (long) row * column.width();
    verify(at, at + Long.BYTES);
    return column.get(bytes, row);
  }

  /** Vector of a row: {@code 4 * dimension} bytes. */
  public MemorySegment vector(int row) throws CorruptFileException {
    long at = vectorPosition(row);
    verify(at, at + vectorBytes);
    return bytes.asSlice(at, vectorBytes);
  }

  /** Vectors of adjacent rows, padded to the stride. */
  MemorySegment vectors(int first, int rows) throws CorruptFileException {
    long from = vectorPosition(first);
    long to = vectorPosition(first + rows);
    verify(from, to);
    return bytes.asSlice(from, to - from);
  }

  /**
   * Makes sure that the vectors and norms of rows {@code from} to {@code to} are what was written;
   * after that {@link #memory}, {@link #vectorPosition} and {@link #verifiedNorm} may be used for
   * them.
   */
  public void verifyVectors(int from, int to) throws CorruptFileException {
    verify(vectorPosition(from), vectorPosition(to));
    if (header.hasNorms()) {
      verify(normsStart + (long) from * Float.BYTES, normsStart + (long) to * Float.BYTES);
    }
  }

  /**
   * Brings the chunk into memory, as fast as the throttle lets it, and makes sure that no page of
   * it is out of reach.
   *
   * @throws CorruptFileException if one is
   */
  void requireReadable(MergeResources resources) throws IOException {
    for (long from = 0; from < bytes.byteSize(); from += READABLE_STEP_BYTES) {
      long length = Math.min(READABLE_STEP_BYTES, bytes.byteSize() - from);
      resources.throttle().before(length);
      if (!resources.readable().test(bytes.asSlice(from, length))) {
        long position = header.position() + from;
        throw new CorruptFileException(
            file,
            "bytes " + position + " to " + (position + length),
            "pages that can be read",
            "a page that cannot");
      }
    }
  }

  /** The chunk's memory; only verified ranges of it may be read. */
  public MemorySegment memory() {
    return bytes;
  }

  /** Where in {@link #memory} the vector of a row begins. */
  public long vectorPosition(int row) {
    return SegmentFormat.ROWS_START + (long) row * strideBytes;
  }

  /** Makes sure that values {@code from} to {@code to} of a column may be read. */
  void verify(PackedColumn column, long from, long to) throws CorruptFileException {
    if (from < to) {
      verify(column.end(from), column.end(to - 1) + Long.BYTES);
    }
  }

  private void verify(long from, long to) throws CorruptFileException {
    int last = (int) ((to - 1) / SegmentFormat.PIECE_BYTES);
    for (int piece = (int) (from / SegmentFormat.PIECE_BYTES); piece <= last; piece++) {
      long bit = 1L << piece;
      if (((long) WORD.getOpaque(verifiedPieces, piece / Long.SIZE) & bit) == 0) {
        verifyPiece(piece);
        WORD.getAndBitwiseOr(verifiedPieces, piece / Long.SIZE, bit);
      }
    }
  }

  private void verifyPiece(int piece) throws CorruptFileException {
    long from = (long) piece * SegmentFormat.PIECE_BYTES;
    long to = Math.min(from + SegmentFormat.PIECE_BYTES, header.checksStart());
    int expected =
        bytes.get(
            LittleEndian.INT, header.checksStart() + (long) piece * SegmentFormat.CHECK_BYTES);
    int actual = Checksum.of(bytes, from, to - from);
    if (expected != actual) {
      throw new CorruptFileException(
          file,
          "bytes "
              + (header.position() + from)
              + " to "
              + (header.position() + to)
              + " (chunk at byte "
              + header.position()
              + ", piece "
              + piece
              + ")",
          "checksum " + Checksum.text(expected),
          Checksum.text(actual));
    }
  }

  @Override
  public String toString() {
    return "MappedChunk[" + file + " @" + header.position() + ", rows " + header.rows() + "]";
  }
}
