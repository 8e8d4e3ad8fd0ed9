package io.weir.storage.segment;

import java.util.UUID;

/**
 * The bytes of a segment file, version 1.0. This class is the only place that knows an offset.
 *
 * <p>A file is a header and chunks, one behind the other, up to the committed length that the
 * manifest names; what follows it is a checkpoint that did not finish, and is cut at the next
 * start. Everything is little-endian. Every checksum is CRC32C. A parent holds its child's
 * checksum: manifest, footer, checks, pieces; zeros never validate, because every part begins with
 * a magic.
 *
 * <pre>
 * file header, 128 bytes
 *   0   8  magic           "WEIRSEG\1"
 *   8   2  major           1: a reader refuses another
 *  10   2  minor           0: a reader takes any
 *  12   4  compatible      feature bits that a reader may ignore; bit 0: merged, written by a
 *                          compaction and complete, so nothing is ever appended to it
 *  16   4  incompatible    feature bits that a reader must know, else it refuses; bit 0: chunks may
 *                          have a column of kills; bit 1: chunks may have columns of fields
 *  20   4  dimension
 *  24  16  store           UUID of the store, high half first
 *  40   8  segment         number of the file in its shard
 *  48   4  stride          bytes from one row to the next
 *  52   1  element         1: float32
 *  53   1  metric          0 cosine, 1 dot, 2 euclidean
 *  54   2  (zero)
 *  56   4  partition
 *  60  64  (zero)
 * 124   4  checksum        of bytes 0..123
 *
 * chunk: starts at a multiple of 64
 *   header, 192 bytes
 *     0   4  magic           "WCHK"
 *     4   4  previous        footer checksum of the chunk before it in the file, or 0
 *     8   8  generation      manifest that was to publish it; in a merged file, the one that would
 *                             have come next when the merge began
 *    16   8  position        of this header in the file
 *    24   8  segment         number of the file
 *    32   8  bytes           length of the chunk, footer included
 *    40   4  firstRow        rows in the chunks before it in the file
 *    44   4  rows            1..2^31-1
 *    48   8  firstOffset     Kafka offset of the first row
 *    56   8  lastOffset      Kafka offset of the last row
 *    64   8  firstTimestamp  smallest Kafka timestamp
 *    72   4  slots           in the key index
 *    76   4  hasNorms        1 under cosine, else 0
 *    80   1  offsetWidth     bytes of a value in the column, 0..8
 *    81   1  timestampWidth
 *    82   1  keyEndWidth
 *    83   1  payloadEndWidth
 *    84   1  killWidth       0 if no row was dead when the chunk was written
 *    85   3  (zero)
 *    88   8  tableStart      from the header's start; so are the next four
 *    96   8  keysStart
 *   104   8  payloadsStart
 *   112   8  indexStart
 *   120   8  checksStart
 *   128   4  deadRows        rows whose kill is not 0
 *   132   4  columns         columns of fields, 0 to 64
 *   136   8  fieldsStart     from the header's start; 0 if there is no column of a field
 *   144  44  (zero)
 *   188   4  checksum        of bytes 0..187
 *   rows       float32, stride bytes each, from byte 192
 *   table      columns, each rows * width: offset minus firstOffset, timestamp minus firstTimestamp,
 *              end of the key, end of the payload, norm (float32), kill (0, or the offset of the
 *              record that replaced the row, minus firstOffset); then 8 zeros, so that a value can
 *              be read as a long whatever its width
 *   keys       UTF-8, one behind the other
 *   payloads   one behind the other
 *   index      at a multiple of 4: open-addressed; u32 slots, 0 or (tag | 1 + row): see KeyIndex.
 *              A key has several rows only where all but one carry a kill
 *   fields     at a multiple of 4; only where there are columns of fields: the directory, an entry
 *              of 56 bytes for each column, then their names, one behind the other; the columns, in
 *              the order of the directory; then 8 zeros, and up to 3 more
 *   checks     at a multiple of 4: u32 checksum of each piece of 256 KiB of all the above, the
 *              header included; the last piece is shorter
 *   entry of the directory
 *     0   2  nameBytes       length of the field's name, 1..128
 *     2   1  type            0 keyword, 1 long, 2 double, 3 boolean, 4 timestamp
 *     3   1  endWidth        bytes of an end; 0 if each row has one value, or none has any
 *     4   1  codeWidth       bytes of a code, 0..8
 *     5   1  keywordEndWidth bytes of the end of a keyword, 0..8
 *     6   2  (zero)
 *     8   8  values          values of all rows together
 *    16   8  lowest          the lowest value; 0 if there is none
 *    24   8  highest         the highest value; 0 if there is none
 *    32   4  keywords        0 for other types
 *    36   4  (zero)
 *    40   8  keywordBytes    length of all keywords
 *    48   8  start           of the column, from the header's start
 *   column     ends, rows * endWidth: values in this row and those before it; codes, values *
 *              codeWidth: value minus lowest, unsigned; ends of keywords, keywords *
 *              keywordEndWidth; keywords, UTF-8, one behind the other, in ascending order, each
 *              once. The value of a keyword is its number; of a boolean 0 or 1; of a double its
 *              bits, those below the sign inverted if that is set
 *   footer, 64 bytes, at a multiple of 64
 *     0   4  magic           "WFTR"
 *     4   4  checks          checksum of the checks
 *     8   8  bytes           as in the header
 *    16   8  position        as in the header
 *    24   8  segment         as in the header
 *    32   8  generation      as in the header
 *    40   4  rows            as in the header
 *    44  16  (zero)
 *    60   4  checksum        of bytes 0..59; the next header and the manifest repeat it
 * </pre>
 *
 * <p>A crash can leave, behind the committed length, any part of one chunk, zeros included.
 */
final class SegmentFormat {
  static final long FILE_MAGIC = 0x0147_4553_5249_4557L; // "WEIRSEG\1"
  static final short MAJOR = 1;
  static final short MINOR = 0;

  /** Written by a compaction. */
  static final int COMPATIBLE_MERGED = 1;

  /** Chunks may have a column of kills. */
  static final int INCOMPATIBLE_KILLS = 1;

  /** Chunks may have columns of fields: without knowing them, a check would call them damage. */
  static final int INCOMPATIBLE_COLUMNS = 2;

  static final int KNOWN_INCOMPATIBLE = INCOMPATIBLE_KILLS | INCOMPATIBLE_COLUMNS;
  static final byte FLOAT32 = 1;

  static final int FILE_HEADER_BYTES = 128;
  static final int FILE_MAJOR = 8;
  static final int FILE_MINOR = 10;
  static final int FILE_COMPATIBLE = 12;
  static final int FILE_INCOMPATIBLE = 16;
  static final int FILE_DIMENSION = 20;
  static final int FILE_STORE = 24;
  static final int FILE_SEGMENT = 40;
  static final int FILE_STRIDE = 48;
  static final int FILE_ELEMENT = 52;
  static final int FILE_METRIC = 53;
  static final int FILE_PARTITION = 56;
  static final int FILE_CHECKSUM = 124;

  static final int CHUNK_MAGIC = 0x4b48_4357; // "WCHK"
  static final int CHUNK_ALIGNMENT = 64;
  static final int CHUNK_HEADER_BYTES = 192;
  static final int CHUNK_PREVIOUS = 4;
  static final int CHUNK_GENERATION = 8;
  static final int CHUNK_POSITION = 16;
  static final int CHUNK_SEGMENT = 24;
  static final int CHUNK_BYTES = 32;
  static final int CHUNK_FIRST_ROW = 40;
  static final int CHUNK_ROWS = 44;
  static final int CHUNK_FIRST_OFFSET = 48;
  static final int CHUNK_LAST_OFFSET = 56;
  static final int CHUNK_FIRST_TIMESTAMP = 64;
  static final int CHUNK_SLOTS = 72;
  static final int CHUNK_HAS_NORMS = 76;
  static final int CHUNK_OFFSET_WIDTH = 80;
  static final int CHUNK_TIMESTAMP_WIDTH = 81;
  static final int CHUNK_KEY_END_WIDTH = 82;
  static final int CHUNK_PAYLOAD_END_WIDTH = 83;
  static final int CHUNK_KILL_WIDTH = 84;
  static final int CHUNK_TABLE_START = 88;
  static final int CHUNK_KEYS_START = 96;
  static final int CHUNK_PAYLOADS_START = 104;
  static final int CHUNK_INDEX_START = 112;
  static final int CHUNK_CHECKS_START = 120;
  static final int CHUNK_DEAD_ROWS = 128;
  static final int CHUNK_COLUMNS = 132;
  static final int CHUNK_FIELDS_START = 136;
  static final int CHUNK_CHECKSUM = 188;

  /** Rows follow the chunk's header. */
  static final int ROWS_START = CHUNK_HEADER_BYTES;

  /** Zeros behind the columns, so that the last value can be read as a long. */
  static final int TABLE_SLACK_BYTES = 8;

  static final int PIECE_BYTES = 256 << 10;
  static final int CHECK_BYTES = Integer.BYTES;
  static final int SLOT_BYTES = Integer.BYTES;

  static final int COLUMN_ENTRY_BYTES = 56;
  static final int COLUMN_TYPE = 2;
  static final int COLUMN_END_WIDTH = 3;
  static final int COLUMN_CODE_WIDTH = 4;
  static final int COLUMN_KEYWORD_END_WIDTH = 5;
  static final int COLUMN_VALUES = 8;
  static final int COLUMN_LOWEST = 16;
  static final int COLUMN_HIGHEST = 24;
  static final int COLUMN_KEYWORDS = 32;
  static final int COLUMN_KEYWORD_BYTES = 40;
  static final int COLUMN_START = 48;

  static final int FOOTER_MAGIC = 0x5254_4657; // "WFTR"
  static final int FOOTER_BYTES = 64;
  static final int FOOTER_CHECKS = 4;
  static final int FOOTER_CHUNK_BYTES = 8;
  static final int FOOTER_POSITION = 16;
  static final int FOOTER_SEGMENT = 24;
  static final int FOOTER_GENERATION = 32;
  static final int FOOTER_ROWS = 40;
  static final int FOOTER_CHECKSUM = 60;

  private SegmentFormat() {}

  /** The name of a segment file. */
  static String fileName(long segment) {
    return FileNames.of(segment, ".segment");
  }

  /** Returns the pieces that so many bytes fall into. */
  static int pieces(long bytes) {
    return Math.toIntExact((bytes + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  static long align(long position, int alignment) {
    return (position + alignment - 1) & -alignment;
  }

  /** What all segment files of a shard say of themselves. */
  record Identity(UUID store, int partition, int dimension, int metric, int strideBytes) {}
}
