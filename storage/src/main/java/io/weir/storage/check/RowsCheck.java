package io.weir.storage.check;

import io.weir.storage.record.KeyHash;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Looks at what the table of a chunk says of its rows, all columns side by side.
 *
 * <p>Memory: a buffer a column, and {@link IndexPages}.
 */
final class RowsCheck {
  private final InputFile file;
  private final ChunkHead chunk;
  private final Part part;
  private final long segment;
  private final DeadMarks marks;
  private final long nextOffset;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final CharBuffer decoded = CharBuffer.allocate(VectorSchema.MAX_KEY_BYTES);
  private long offset = -1;
  private long lowestTimestamp = Long.MAX_VALUE;
  private long payloadEnd;
  private long deadRows;
  private long liveRows;

  RowsCheck(
      InputFile file,
      ChunkHead chunk,
      Part part,
      long segment,
      DeadMarks marks,
      ShardManifest manifest) {
    this.file = file;
    this.chunk = chunk;
    this.part = part;
    this.segment = segment;
    this.marks = marks;
    this.nextOffset = manifest.nextOffset();
  }

  /** Reads table, keys and index; returns how many rows are alive. */
  long check(KeyHash keyHash) throws IOException {
    ChunkHead.Widths widths = chunk.widths();
    Column offsets = new Column(file, chunk.offsetsAt(), widths.offset(), chunk.rows());
    Column timestamps = new Column(file, chunk.timestampsAt(), widths.timestamp(), chunk.rows());
    Column payloadEnds = new Column(file, chunk.payloadEndsAt(), widths.payloadEnd(), chunk.rows());
    Column kills = new Column(file, chunk.killsAt(), widths.kill(), chunk.rows());
    IndexCheck index = new IndexCheck(file, chunk, keyHash, part);
    KeyReader keys = new KeyReader(file, chunk);
    boolean keysGood = true;
    for (int row = 0; row < chunk.rows(); row++) {
      offset(row, offsets.next());
      lowestTimestamp = Math.min(lowestTimestamp, timestamps.next());
      payload(row, payloadEnds.next());
      kill(row, kills.next());
      if (keysGood) {
        keysGood = key(row, keys);
        if (keysGood) {
          index.check(row, keys.key(), keys.length());
        }
      }
    }
    if (keysGood) {
      index.end();
      part.same(
          "end of the last key",
          placeInColumn(chunk.keyEndsAt(), widths.keyEnd(), chunk.rows() - 1),
          widths.keyEnd(),
          chunk.keyBytes(),
          keys.end());
    }
    end();
    return liveRows;
  }

  private long placeInColumn(long column, int width, long row) {
    return column - chunk.position() + row * width;
  }

  private void offset(int row, long delta) {
    long before = offset;
    offset = chunk.firstOffset() + delta;
    part.require(
        row == 0 ? delta == 0 : offset > before,
        "offset of row " + row,
        placeInColumn(chunk.offsetsAt(), chunk.widths().offset(), row),
        chunk.widths().offset(),
        row == 0 ? chunk.firstOffset() : "more than " + before,
        offset);
  }

  private void payload(int row, long end) {
    long bytes = end - payloadEnd;
    long room = chunk.starts().index() - chunk.starts().payloads();
    part.require(
        bytes >= 0 && bytes <= VectorSchema.MAX_PAYLOAD_BYTES && end <= room,
        "end of the payload of row " + row,
        placeInColumn(chunk.payloadEndsAt(), chunk.widths().payloadEnd(), row),
        chunk.widths().payloadEnd(),
        "0 to " + VectorSchema.MAX_PAYLOAD_BYTES + " more than " + payloadEnd,
        end);
    payloadEnd = end;
  }

  private void kill(int row, long delta) {
    long place = placeInColumn(chunk.killsAt(), chunk.widths().kill(), row);
    if (delta != 0) {
      deadRows++;
      long kill = chunk.firstOffset() + delta;
      part.require(
          kill > offset && kill < nextOffset,
          "kill of row " + row,
          place,
          chunk.widths().kill(),
          "an offset above the row's, " + offset + ", and below the next one, " + nextOffset,
          kill);
    }
    long rowInFile = (long) chunk.firstRow() + row;
    long marked = marks.killOf(segment, rowInFile);
    if (marked == DeadMarks.ALIVE) {
      liveRows += delta == 0 ? 1 : 0;
      return;
    }
    Part mark = marks.partOf(part.findings(), segment, rowInFile);
    mark.require(
        marked > offset, "killing offset", 8, 8, "above the row's offset, " + offset, marked);
    mark.require(delta == 0, "row", 0, 8, "a row that was alive", "one that its chunk has as dead");
  }

  private boolean key(int row, KeyReader keys) throws IOException {
    long before = keys.end();
    if (!keys.next()) {
      part.found(
          "end of the key of row " + row,
          placeInColumn(chunk.keyEndsAt(), chunk.widths().keyEnd(), row),
          chunk.widths().keyEnd(),
          "1 to " + VectorSchema.MAX_KEY_BYTES + " more than " + before,
          keys.end());
      return false;
    }
    try {
      utf8.reset();
      ByteBuffer bytes = ByteBuffer.wrap(keys.key(), 0, keys.length());
      var result = utf8.decode(bytes, decoded.clear(), true);
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException e) {
      part.found(
          "key of row " + row,
          chunk.starts().keys() + before,
          keys.length(),
          "UTF-8",
          e.toString());
    }
    return true;
  }

  private void end() throws IOException {
    part.same(
        "offset of the last row",
        placeInColumn(chunk.offsetsAt(), chunk.widths().offset(), chunk.rows() - 1L),
        chunk.widths().offset(),
        chunk.lastOffset(),
        offset);
    part.same(
        "first timestamp", 64, 8, chunk.firstTimestamp(), chunk.firstTimestamp() + lowestTimestamp);
    part.same("dead rows", 128, 4, chunk.deadRows(), deadRows);
    zeros("padding behind the table", chunk.slackAt() - chunk.position(), ChunkHead.SLACK_BYTES);
    long payloadsEnd = chunk.starts().payloads() + payloadEnd;
    long padding = chunk.starts().index() - payloadsEnd;
    if (part.require(
        padding >= 0 && padding < ChunkHead.SLOT_BYTES,
        "end of the last payload",
        placeInColumn(chunk.payloadEndsAt(), chunk.widths().payloadEnd(), chunk.rows() - 1L),
        chunk.widths().payloadEnd(),
        "the start of the index, " + chunk.starts().index() + ", or up to 3 bytes before",
        payloadsEnd)) {
      zeros("padding behind the payloads", payloadsEnd, (int) padding);
    }
  }

  private void zeros(String name, long at, int bytes) throws IOException {
    part.at(at, name).zeros("bytes", file.read(chunk.position() + at, bytes), 0, bytes);
  }
}
