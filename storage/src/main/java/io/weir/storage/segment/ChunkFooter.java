package io.weir.storage.segment;

import io.weir.storage.io.Checksum;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.memory.LittleEndian;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The footer of a chunk, as {@link SegmentFormat} lays it out: written last, so that a whole footer
 * stands behind a whole chunk.
 */
record ChunkFooter(int checks, long bytes, long position, long segment, long generation, int rows) {

  static ChunkFooter of(ChunkHeader header, int checks) {
    return new ChunkFooter(
        checks,
        header.bytes(),
        header.position(),
        header.segment(),
        header.generation(),
        header.rows());
  }

  /** Writes it and returns its checksum. */
  int encode(MemorySegment to) {
    to.fill((byte) 0);
    to.set(LittleEndian.INT, 0, SegmentFormat.FOOTER_MAGIC);
    to.set(LittleEndian.INT, SegmentFormat.FOOTER_CHECKS, checks);
    to.set(LittleEndian.LONG, SegmentFormat.FOOTER_CHUNK_BYTES, bytes);
    to.set(LittleEndian.LONG, SegmentFormat.FOOTER_POSITION, position);
    to.set(LittleEndian.LONG, SegmentFormat.FOOTER_SEGMENT, segment);
    to.set(LittleEndian.LONG, SegmentFormat.FOOTER_GENERATION, generation);
    to.set(LittleEndian.INT, SegmentFormat.FOOTER_ROWS, rows);
    int checksum = Checksum.of(to, 0, SegmentFormat.FOOTER_CHECKSUM);
    to.set(LittleEndian.INT, SegmentFormat.FOOTER_CHECKSUM, checksum);
    return checksum;
  }

  /** Checks the footer and the table of checks of a mapped chunk; returns the footer's checksum. */
  static int verify(Path file, MemorySegment chunk, ChunkHeader header)
      throws CorruptFileException {
    Damage damage = new Damage(file, "chunk at byte " + header.position() + ", footer");
    MemorySegment at = chunk.asSlice(header.footerStart(), SegmentFormat.FOOTER_BYTES);
    damage.unlessSame("magic", SegmentFormat.FOOTER_MAGIC, at.get(LittleEndian.INT, 0));
    int checksum = at.get(LittleEndian.INT, SegmentFormat.FOOTER_CHECKSUM);
    damage.unlessSame("checksum", checksum, Checksum.of(at, 0, SegmentFormat.FOOTER_CHECKSUM));
    damage.unlessSame(
        "length", header.bytes(), at.get(LittleEndian.LONG, SegmentFormat.FOOTER_CHUNK_BYTES));
    damage.unlessSame(
        "position", header.position(), at.get(LittleEndian.LONG, SegmentFormat.FOOTER_POSITION));
    damage.unlessSame(
        "segment", header.segment(), at.get(LittleEndian.LONG, SegmentFormat.FOOTER_SEGMENT));
    damage.unlessSame(
        "generation",
        header.generation(),
        at.get(LittleEndian.LONG, SegmentFormat.FOOTER_GENERATION));
    damage.unlessSame("rows", header.rows(), at.get(LittleEndian.INT, SegmentFormat.FOOTER_ROWS));
    damage.unlessSame(
        "checksum of the checks",
        at.get(LittleEndian.INT, SegmentFormat.FOOTER_CHECKS),
        Checksum.of(
            chunk,
            header.checksStart(),
            (long) SegmentFormat.pieces(header.checksStart()) * SegmentFormat.CHECK_BYTES));
    return checksum;
  }
}
