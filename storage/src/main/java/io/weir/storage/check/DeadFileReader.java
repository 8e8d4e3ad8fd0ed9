package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.DeadEntry;
import io.weir.storage.check.ShardManifest.SegmentEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Reads files of dead marks: each block once for its checksum, then once for its marks, which are
 * checked as far as that goes without the rows.
 */
final class DeadFileReader {
  private static final long MAGIC = 0x0144_4544_5249_4557L;
  private static final int HEADER_BYTES = 64;
  private static final int CHECKSUM_AT = 60;
  private static final int MARK_BYTES = 16;

  private final ShardManifest manifest;
  private final Findings findings;
  private final Sink sink;
  private final Map<Long, SegmentEntry> segments = new HashMap<>();
  private final ByteBuffer buffer =
      ByteBuffer.allocate(InputFile.BUFFER_BYTES / 4).order(ByteOrder.LITTLE_ENDIAN);
  private long obsolete;

  /** Takes the marks whose bytes are whole and whose row exists. */
  @FunctionalInterface
  interface Sink {
    /**
     * A row has been replaced.
     *
     * @param part the bytes that say so
     * @param row number of the row in its file
     */
    void mark(Part part, long segment, long row, long killingOffset);
  }

  DeadFileReader(ShardManifest manifest, Findings findings, Sink sink) {
    this.manifest = manifest;
    this.findings = findings;
    this.sink = sink;
    for (SegmentEntry segment : manifest.segments()) {
      segments.put(segment.number(), segment);
    }
  }

  /** Reads a file, up to the first block that is damaged. */
  void read(InputFile file, DeadEntry entry) {
    Part part = new Part(findings, file.path(), 0, "");
    long position = 0;
    int previous = 0;
    long marks = 0;
    try {
      while (position < entry.bytes()) {
        Part block = part.at(position, "block");
        long room = (entry.bytes() - position - HEADER_BYTES) / MARK_BYTES;
        if (!block.require(room >= 1, "length", 0, entry.bytes() - position, "a block", "less")) {
          return;
        }
        ByteBuffer header = file.read(position, HEADER_BYTES);
        if (!isWhole(file, header, block, position, room)) {
          findings.note(
              file.path(),
              "not checked behind byte " + position + ": a damaged block hides what follows");
          return;
        }
        checkHeader(header, block, entry, position, previous);
        int count = header.getInt(52);
        readMarks(file, part, position + HEADER_BYTES, count);
        previous = header.getInt(CHECKSUM_AT);
        position += HEADER_BYTES + (long) count * MARK_BYTES;
        marks += count;
      }
    } catch (IOException e) {
      part.unreadable(position, entry.bytes() - position, e);
      return;
    }
    Part end = part.at(entry.bytes(), "committed range");
    end.same("end", 0, 0, entry.bytes(), position);
    end.same("marks", 0, 0, entry.marks(), marks);
    end.require(
        entry.lastBlock() == previous,
        "checksum of the last block",
        0,
        0,
        Part.hex(entry.lastBlock()),
        Part.hex(previous));
  }

  private boolean isWhole(InputFile file, ByteBuffer header, Part block, long position, long room)
      throws IOException {
    int marks = header.getInt(52);
    if (!block.require(header.getLong(0) == MAGIC, "magic", 0, 8, "WEIRDED", "other bytes")
        || !block.require(marks >= 1 && marks <= room, "marks", 52, 4, "1 to " + room, marks)) {
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(header.slice(0, CHECKSUM_AT));
    long bytes = (long) marks * MARK_BYTES;
    file.addTo(crc, position + HEADER_BYTES, bytes, buffer);
    return block.require(
        header.getInt(CHECKSUM_AT) == (int) crc.getValue(),
        "checksum",
        0,
        HEADER_BYTES + bytes,
        Part.hex(header.getInt(CHECKSUM_AT)),
        Part.hex((int) crc.getValue()));
  }

  private void checkHeader(
      ByteBuffer header, Part block, DeadEntry entry, long position, int previous) {
    block.same("file", 8, 8, entry.number(), header.getLong(8));
    block.same("position", 16, 8, position, header.getLong(16));
    long generation = header.getLong(24);
    block.require(
        generation >= 1 && generation <= manifest.generation(),
        "generation",
        24,
        8,
        "1 to " + manifest.generation(),
        generation);
    block.require(
        header.getLong(32) == manifest.store().getMostSignificantBits()
            && header.getLong(40) == manifest.store().getLeastSignificantBits(),
        "store",
        32,
        16,
        manifest.store(),
        "another");
    block.sameHex("checksum of the block before", 48, previous, header.getInt(48));
    block.same("version", 56, 4, 1, header.getInt(56));
  }

  private void readMarks(InputFile file, Part part, long position, int marks) throws IOException {
    long at = position;
    long end = position + (long) marks * MARK_BYTES;
    while (at < end) {
      file.read(buffer.clear().limit((int) Math.min(end - at, buffer.capacity())), at);
      buffer.flip();
      for (; buffer.hasRemaining(); at += MARK_BYTES) {
        long segment = Integer.toUnsignedLong(buffer.getInt());
        mark(part, at, segment, Integer.toUnsignedLong(buffer.getInt()), buffer.getLong());
      }
    }
  }

  private void mark(Part file, long at, long number, long row, long kill) {
    Part mark = file.at(at, "mark of row " + row + " of segment " + number);
    SegmentEntry segment = segments.get(number);
    if (segment == null) {
      obsolete++;
      mark.require(
          number < manifest.nextFile(),
          "segment",
          0,
          4,
          "a number below " + manifest.nextFile(),
          number);
      return;
    }
    mark.require(
        kill < manifest.nextOffset(),
        "killing offset",
        8,
        8,
        "below the next offset, " + manifest.nextOffset(),
        kill);
    if (mark.require(row < segment.rows(), "row", 4, 4, "0 to " + (segment.rows() - 1), row)) {
      sink.mark(mark, number, row, kill);
    }
  }

  /** Marks of segments that have been merged into others since. */
  long obsolete() {
    return obsolete;
  }
}
