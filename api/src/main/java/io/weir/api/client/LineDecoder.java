package io.weir.api.client;

import java.util.ArrayList;
import java.util.List;

/** Reads rows that are lines of JSON. */
final class LineDecoder implements PieceDecoder<Row> {

  /** More than the server puts into a whole answer. */
  private static final int MAX_LINE_BYTES = 64 << 20;

  private final UnreadBytes unread = new UnreadBytes(MAX_LINE_BYTES);

  @Override
  public List<Row> decode(byte[] piece) {
    // What was left of the last piece has no end of line.
    int seen = unread.count();
    unread.add(piece);
    List<Row> rows = new ArrayList<>();
    for (int length = unread.find((byte) '\n', seen);
        length >= 0;
        length = unread.find((byte) '\n', 0)) {
      byte[] line = unread.take(length);
      unread.skip(1);
      if (line.length > 0) {
        rows.add(RowJson.row(line));
      }
    }
    return rows;
  }

  @Override
  public void end() {
    if (unread.count() > 0) {
      throw new UnreadableAnswer("the last line has no end");
    }
  }
}
