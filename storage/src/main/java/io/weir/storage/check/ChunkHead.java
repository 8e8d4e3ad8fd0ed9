package io.weir.storage.check;

/**
 * What a chunk's header and footer say.
 *
 * @param number of the chunk in its file, from 1
 * @param position of the header in the file
 * @param bytes length of the chunk, footer included
 * @param generation manifest that was to publish it
 * @param firstRow rows before it in the file
 * @param rows rows in it
 * @param firstOffset Kafka offset of the first row
 * @param lastOffset Kafka offset of the last row
 * @param firstTimestamp smallest Kafka timestamp
 * @param stride bytes from one row to the next
 * @param norms whether there is a column of norms
 * @param widths bytes of a value in the columns of offsets, timestamps, ends of keys, ends of
 *     payloads, kills
 * @param deadRows rows that were dead when it was written
 * @param slots of the key index
 * @param columns columns of fields
 * @param starts of its parts, from the header
 * @param footer the footer's checksum
 * @param checksChecksum checksum of the checks, as the footer has it
 */
record ChunkHead(
    int number,
    long position,
    long bytes,
    long generation,
    int firstRow,
    int rows,
    long firstOffset,
    long lastOffset,
    long firstTimestamp,
    int stride,
    boolean norms,
    Widths widths,
    int deadRows,
    int slots,
    int columns,
    Starts starts,
    int footer,
    int checksChecksum) {
  static final int ROWS_START = 192;
  static final int NORM_BYTES = 4;
  static final int SLACK_BYTES = 8;
  static final int SLOT_BYTES = 4;
  static final int PIECE_BYTES = 256 << 10;
  static final int FOOTER_BYTES = 64;

  /** Bytes of a value in each packed column. */
  record Widths(int offset, int timestamp, int keyEnd, int payloadEnd, int kill) {

    int row(boolean norms) {
      return offset + timestamp + keyEnd + payloadEnd + (norms ? NORM_BYTES : 0) + kill;
    }
  }

  /** Where the parts begin; {@code fields} is 0 where there is no column of a field. */
  record Starts(long table, long keys, long payloads, long index, long fields, long checks) {}

  /** How many pieces have a checksum of their own. */
  long pieces() {
    return (starts.checks + PIECE_BYTES - 1) / PIECE_BYTES;
  }

  long end() {
    return position + bytes;
  }

  /** Where a row's vector lies in the file. */
  long vectorAt(long row) {
    return position + ROWS_START + row * stride;
  }

  long offsetsAt() {
    return position + starts.table;
  }

  long timestampsAt() {
    return offsetsAt() + (long) rows * widths.offset;
  }

  long keyEndsAt() {
    return timestampsAt() + (long) rows * widths.timestamp;
  }

  long payloadEndsAt() {
    return keyEndsAt() + (long) rows * widths.keyEnd;
  }

  long normsAt() {
    return payloadEndsAt() + (long) rows * widths.payloadEnd;
  }

  long killsAt() {
    return normsAt() + (norms ? (long) rows * NORM_BYTES : 0);
  }

  /** Where the columns end, and zeros begin. */
  long slackAt() {
    return killsAt() + (long) rows * widths.kill;
  }

  long keysAt() {
    return position + starts.keys;
  }

  long keyBytes() {
    return starts.payloads - starts.keys;
  }

  /** Bytes of the columns of fields, their directory and zeros. */
  long fieldBytes() {
    return columns == 0 ? 0 : starts.checks - starts.fields;
  }

  long indexAt() {
    return position + starts.index;
  }
}
