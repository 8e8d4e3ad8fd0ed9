package io.weir.storage.segment;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.StorageFile;
import io.weir.storage.memory.LittleEndian;
import io.weir.storage.record.KeyHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes one chunk from front to back, piece by piece, taking each piece's checksum on its way.
 *
 * <p><b>Threads:</b> one; used once.
 */
final class ChunkWriter {
  private final StorageFile file;
  private final ChunkHeader header;
  private final ByteBuffer piece;
  private final MemorySegment pieceBytes;
  private int[] checks = new int[16];
  private int checkCount;

  /** Bytes of the chunk before the piece that is being filled. */
  private long flushed;

  /**
   * @param piece a buffer of {@link SegmentFormat#PIECE_BYTES}, borrowed
   */
  private ChunkWriter(StorageFile file, ChunkHeader header, ByteBuffer piece) {
    this.file = file;
    this.header = header;
    this.piece = piece.clear();
    this.pieceBytes = MemorySegment.ofBuffer(piece);
  }

  /** Where the chunk goes, and what comes before it. */
  record Place(long generation, long segment, long position, int firstRow, int previous) {}

  /** What was written: the header, and the footer's checksum. */
  record Written(ChunkHeader header, int footerChecksum) {}

  /** Writes the rows of a source; nothing is forced. */
  static Written write(
      StorageFile file,
      Place place,
      ChunkSource source,
      SegmentFormat.Identity identity,
      boolean norms,
      KeyHash keyHash,
      ByteBuffer piece)
      throws IOException {
    ChunkHeader header = plan(place, source, identity.strideBytes(), norms);
    ChunkWriter writer = new ChunkWriter(file, header, piece);
    try {
      return new Written(header, writer.writeAll(source, keyHash));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ChunkHeader plan(Place place, ChunkSource source, int strideBytes, boolean norms) {
    int rows = source.rows();
    long firstOffset = source.offset(0);
    long lastOffset = source.offset(rows - 1);
    long firstTimestamp = Long.MAX_VALUE;
    long lastTimestamp = Long.MIN_VALUE;
    long keyBytes = 0;
    long payloadBytes = 0;
    for (int row = 0; row < rows; row++) {
      firstTimestamp = Math.min(firstTimestamp, source.timestampMillis(row));
      lastTimestamp = Math.max(lastTimestamp, source.timestampMillis(row));
      keyBytes += source.key(row).byteSize();
      payloadBytes += source.payload(row).byteSize();
    }
    int offsetWidth = PackedColumn.widthOf(lastOffset - firstOffset);
    int timestampWidth = PackedColumn.widthOf(lastTimestamp - firstTimestamp);
    int keyEndWidth = PackedColumn.widthOf(keyBytes);
    int payloadEndWidth = PackedColumn.widthOf(payloadBytes);
    long rowWidth =
        (long) offsetWidth
            + timestampWidth
            + keyEndWidth
            + payloadEndWidth
            + (norms ? Float.BYTES : 0);
    int slots = KeyIndex.slotsFor(rows);
    long tableStart = SegmentFormat.ROWS_START + (long) rows * strideBytes;
    long keysStart = tableStart + rows * rowWidth + SegmentFormat.TABLE_SLACK_BYTES;
    long payloadsStart = keysStart + keyBytes;
    long indexStart = SegmentFormat.align(payloadsStart + payloadBytes, SegmentFormat.SLOT_BYTES);
    long checksStart = indexStart + (long) slots * SegmentFormat.SLOT_BYTES;
    long checkBytes = (long) SegmentFormat.pieces(checksStart) * SegmentFormat.CHECK_BYTES;
    long bytes =
        SegmentFormat.align(checksStart + checkBytes, SegmentFormat.CHUNK_ALIGNMENT)
            + SegmentFormat.FOOTER_BYTES;
    return new ChunkHeader(
        place.previous(),
        place.generation(),
        place.position(),
        place.segment(),
        bytes,
        place.firstRow(),
        rows,
        firstOffset,
        lastOffset,
        firstTimestamp,
        slots,
        norms,
        offsetWidth,
        timestampWidth,
        keyEndWidth,
        payloadEndWidth,
        tableStart,
        keysStart,
        payloadsStart,
        indexStart,
        checksStart);
  }

  private int writeAll(ChunkSource source, KeyHash keyHash) throws IOException {
    MemorySegment encoded = MemorySegment.ofArray(new byte[SegmentFormat.CHUNK_HEADER_BYTES]);
    header.encode(encoded);
    put(encoded);
    source.forEachRun(this::put);
    putTable(source);
    int rows = header.rows();
    KeyIndex index = new KeyIndex(rows);
    for (int row = 0; row < rows; row++) {
      MemorySegment key = source.key(row);
      index.add(keyHash.of(key), row);
      put(key);
    }
    for (int row = 0; row < rows; row++) {
      put(source.payload(row));
    }
    padTo(header.indexStart());
    for (int slot : index.slots()) {
      putValue(slot, SegmentFormat.SLOT_BYTES);
    }
    flushPiece();
    return writeFooter();
  }

  private void putTable(ChunkSource source) {
    int rows = header.rows();
    for (int row = 0; row < rows; row++) {
      putValue(source.offset(row) - header.firstOffset(), header.offsetWidth());
    }
    for (int row = 0; row < rows; row++) {
      putValue(source.timestampMillis(row) - header.firstTimestamp(), header.timestampWidth());
    }
    long keyEnd = 0;
    for (int row = 0; row < rows; row++) {
      keyEnd += source.key(row).byteSize();
      putValue(keyEnd, header.keyEndWidth());
    }
    long payloadEnd = 0;
    for (int row = 0; row < rows; row++) {
      payloadEnd += source.payload(row).byteSize();
      putValue(payloadEnd, header.payloadEndWidth());
    }
    if (header.hasNorms()) {
      for (int row = 0; row < rows; row++) {
        putValue(Float.floatToRawIntBits(source.norm(row)), Float.BYTES);
      }
    }
    padTo(header.keysStart());
  }

  private int writeFooter() throws IOException {
    long checksEnd = header.checksStart() + (long) checkCount * SegmentFormat.CHECK_BYTES;
    int length = Math.toIntExact(header.bytes() - header.checksStart());
    ByteBuffer tail = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < checkCount; i++) {
      tail.putInt(checks[i]);
    }
    int checksChecksum = Checksum.of(tail, Math.toIntExact(checksEnd - header.checksStart()));
    MemorySegment footer =
        MemorySegment.ofBuffer(tail.clear())
            .asSlice(header.footerStart() - header.checksStart(), SegmentFormat.FOOTER_BYTES);
    int checksum = ChunkFooter.of(header, checksChecksum).encode(footer);
    file.write(tail.clear(), header.position() + header.checksStart());
    return checksum;
  }

  private void padTo(long position) {
    while (flushed + piece.position() < position) {
      putValue(0, 1);
    }
  }

  private void put(MemorySegment bytes) {
    long done = 0;
    while (done < bytes.byteSize()) {
      int count = (int) Math.min(bytes.byteSize() - done, piece.remaining());
      MemorySegment.copy(bytes, done, pieceBytes, piece.position(), count);
      piece.position(piece.position() + count);
      done += count;
      if (!piece.hasRemaining()) {
        flushPiece();
      }
    }
  }

  private void putValue(long value, int width) {
    if (piece.remaining() > Long.BYTES) {
      // The bytes above the width are overwritten by what follows.
      pieceBytes.set(LittleEndian.LONG, piece.position(), value);
      piece.position(piece.position() + width);
      return;
    }
    for (int i = 0; i < width; i++) {
      pieceBytes.set(ValueLayout.JAVA_BYTE, piece.position(), (byte) (value >>> (i * Byte.SIZE)));
      piece.position(piece.position() + 1);
      if (!piece.hasRemaining()) {
        flushPiece();
      }
    }
  }

  private void flushPiece() {
    if (piece.position() == 0) {
      return;
    }
    if (checkCount == checks.length) {
      checks = Arrays.copyOf(checks, 2 * checkCount);
    }
    checks[checkCount++] = Checksum.of(piece, piece.position());
    long position = header.position() + flushed;
    flushed += piece.position();
    try {
      file.write(piece.flip(), position);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    piece.clear();
  }
}
