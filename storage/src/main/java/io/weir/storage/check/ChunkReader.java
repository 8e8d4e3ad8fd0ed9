package io.weir.storage.check;

import io.weir.storage.check.ChunkHead.Starts;
import io.weir.storage.check.ChunkHead.Widths;
import io.weir.storage.field.DeclaredFields;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads the header and the footer of one chunk, and checks that they belong where they are. */
final class ChunkReader {
  private static final int HEADER_BYTES = 192;
  private static final int MAGIC = 0x4b48_4357;
  private static final int FOOTER_MAGIC = 0x5254_4657;
  private static final int CHECKSUM_AT = 188;
  private static final int FOOTER_CHECKSUM_AT = 60;
  private static final int ALIGNMENT = 64;

  private ChunkReader() {}

  /** What is known of a chunk before it is read. */
  record Expected(
      long segment,
      int number,
      long position,
      long end,
      int firstRow,
      int previous,
      int stride,
      boolean norms,
      boolean kills,
      boolean columns,
      long lastGeneration) {}

  /** Reads them; empty, and a finding, if the next chunk cannot be found from here. */
  static Optional<ChunkHead> read(InputFile file, Part segment, Expected expected)
      throws IOException {
    Part part = segment.at(expected.position(), "chunk " + expected.number() + ", header");
    long room = expected.end() - expected.position();
    if (!part.require(
        room >= HEADER_BYTES + ChunkHead.FOOTER_BYTES, "length", 0, room, "a whole chunk", room)) {
      return Optional.empty();
    }
    ByteBuffer header = file.read(expected.position(), HEADER_BYTES);
    boolean whole =
        part.sameHex("magic", 0, MAGIC, header.getInt(0))
            && part.sameHex(
                "checksum",
                CHECKSUM_AT,
                header.getInt(CHECKSUM_AT),
                InputFile.checksum(header, CHECKSUM_AT));
    if (!whole) {
      return Optional.empty();
    }
    ChunkHead head = decode(header, expected);
    if (!isLaidOut(head, header, part, room)) {
      return Optional.empty();
    }
    checkPlace(head, header, part, expected);
    Part footer =
        segment.at(head.end() - ChunkHead.FOOTER_BYTES, "chunk " + head.number() + ", footer");
    ByteBuffer bytes = file.read(head.end() - ChunkHead.FOOTER_BYTES, ChunkHead.FOOTER_BYTES);
    return Optional.of(withFooter(head, bytes, footer, header.getLong(24)));
  }

  private static ChunkHead decode(ByteBuffer header, Expected expected) {
    return new ChunkHead(
        expected.number(),
        expected.position(),
        header.getLong(32),
        header.getLong(8),
        header.getInt(40),
        header.getInt(44),
        header.getLong(48),
        header.getLong(56),
        header.getLong(64),
        expected.stride(),
        header.getInt(76) != 0,
        new Widths(header.get(80), header.get(81), header.get(82), header.get(83), header.get(84)),
        header.getInt(128),
        header.getInt(72),
        header.getInt(132),
        new Starts(
            header.getLong(88),
            header.getLong(96),
            header.getLong(104),
            header.getLong(112),
            header.getLong(136),
            header.getLong(120)),
        0,
        0);
  }

  /** Everything that tells where a part lies follows from the rows, the widths and two lengths. */
  private static boolean isLaidOut(ChunkHead head, ByteBuffer header, Part part, long room) {
    if (!part.require(head.rows() >= 1, "rows", 44, 4, "1 or more", head.rows())) {
      return false;
    }
    for (int column = 80; column <= 84; column++) {
      int width = header.get(column);
      if (!part.require(width >= 0 && width <= 8, "width", column, 1, "0 to 8", width)) {
        return false;
      }
    }
    long rows = head.rows();
    Starts starts = head.starts();
    long table = ChunkHead.ROWS_START + rows * head.stride();
    long keys = table + rows * head.widths().row(head.norms()) + ChunkHead.SLACK_BYTES;
    boolean ascending =
        part.same("start of the table", 88, 8, table, starts.table())
            && part.same("start of the keys", 96, 8, keys, starts.keys())
            && part.require(
                starts.payloads() >= keys + rows && starts.payloads() <= room,
                "start of the payloads",
                104,
                8,
                keys + rows + " to " + room,
                starts.payloads())
            && part.require(
                starts.index() >= starts.payloads()
                    && starts.index() <= room
                    && starts.index() % ChunkHead.SLOT_BYTES == 0,
                "start of the index",
                112,
                8,
                "a multiple of 4, " + starts.payloads() + " to " + room,
                starts.index())
            && part.same("slots", 72, 4, rows + rows / 3 + 1, head.slots());
    if (!ascending) {
      return false;
    }
    long index = starts.index() + (long) head.slots() * ChunkHead.SLOT_BYTES;
    if (!isRoomForFields(head, part, index, room)) {
      return false;
    }
    long checks = head.columns() == 0 ? index : starts.checks();
    long end = checks + (checks + ChunkHead.PIECE_BYTES - 1) / ChunkHead.PIECE_BYTES * 4;
    long bytes = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + ChunkHead.FOOTER_BYTES;
    return part.same("start of the checks", 120, 8, checks, starts.checks())
        && part.same("length", 32, 8, bytes, head.bytes())
        && part.require(bytes <= room, "length", 32, 8, "at most " + room, bytes);
  }

  /** How long the columns of fields are, only their directory tells. */
  private static boolean isRoomForFields(ChunkHead head, Part part, long indexEnd, long room) {
    Starts starts = head.starts();
    int columns = head.columns();
    if (!part.require(
        columns >= 0 && columns <= DeclaredFields.MAX_FIELDS,
        "columns of fields",
        132,
        4,
        "0 to " + DeclaredFields.MAX_FIELDS,
        columns)) {
      return false;
    }
    if (columns == 0) {
      return part.same("start of the fields", 136, 8, 0, starts.fields());
    }
    long least = indexEnd + (long) columns * ColumnsCheck.ENTRY_BYTES;
    return part.same("start of the fields", 136, 8, indexEnd, starts.fields())
        && part.require(
            starts.checks() > least && starts.checks() < room && starts.checks() % 4 == 0,
            "start of the checks",
            120,
            8,
            "a multiple of 4, more than " + least + " and less than " + room,
            starts.checks());
  }

  private static void checkPlace(ChunkHead head, ByteBuffer header, Part part, Expected expected) {
    part.sameHex("checksum of the footer before", 4, expected.previous(), header.getInt(4));
    part.require(
        head.generation() >= 1 && head.generation() <= expected.lastGeneration(),
        "generation",
        8,
        8,
        "1 to " + expected.lastGeneration(),
        head.generation());
    part.same("position", 16, 8, expected.position(), header.getLong(16));
    part.same("segment", 24, 8, expected.segment(), header.getLong(24));
    part.same("first row", 40, 4, expected.firstRow(), head.firstRow());
    part.require(head.firstOffset() >= 0, "first offset", 48, 8, "0 or more", head.firstOffset());
    part.require(
        head.lastOffset() - head.firstOffset() >= head.rows() - 1L,
        "last offset",
        56,
        8,
        "room for " + head.rows() + " rows from offset " + head.firstOffset(),
        head.lastOffset());
    part.same("norms", 76, 4, expected.norms() ? 1 : 0, header.getInt(76));
    part.require(
        head.widths().kill() == 0 || expected.kills(),
        "width of the kills",
        84,
        1,
        "0, for the file has no kills",
        head.widths().kill());
    part.require(
        head.deadRows() >= 0
            && head.deadRows() <= head.rows()
            && (head.deadRows() == 0) == (head.widths().kill() == 0),
        "dead rows",
        128,
        4,
        "as the column of kills",
        head.deadRows());
    part.zeros("reserved bytes", header, 85, 88);
    part.require(
        head.columns() == 0 || expected.columns(),
        "columns of fields",
        132,
        4,
        "0, for the file has no columns of fields",
        head.columns());
    part.zeros("reserved bytes", header, 144, CHECKSUM_AT);
  }

  private static ChunkHead withFooter(ChunkHead head, ByteBuffer bytes, Part part, long segment) {
    boolean whole =
        part.sameHex("magic", 0, FOOTER_MAGIC, bytes.getInt(0))
            && part.sameHex(
                "checksum",
                FOOTER_CHECKSUM_AT,
                bytes.getInt(FOOTER_CHECKSUM_AT),
                InputFile.checksum(bytes, FOOTER_CHECKSUM_AT));
    if (whole) {
      part.same("length", 8, 8, head.bytes(), bytes.getLong(8));
      part.same("position", 16, 8, head.position(), bytes.getLong(16));
      part.same("segment", 24, 8, segment, bytes.getLong(24));
      part.same("generation", 32, 8, head.generation(), bytes.getLong(32));
      part.same("rows", 40, 4, head.rows(), bytes.getInt(40));
      part.zeros("reserved bytes", bytes, 44, FOOTER_CHECKSUM_AT);
    }
    return new ChunkHead(
        head.number(),
        head.position(),
        head.bytes(),
        head.generation(),
        head.firstRow(),
        head.rows(),
        head.firstOffset(),
        head.lastOffset(),
        head.firstTimestamp(),
        head.stride(),
        head.norms(),
        head.widths(),
        head.deadRows(),
        head.slots(),
        head.columns(),
        head.starts(),
        bytes.getInt(FOOTER_CHECKSUM_AT),
        bytes.getInt(4));
  }
}
