package io.weir.api.client;

import java.util.List;

/**
 * Makes rows of the pieces of an export.
 *
 * <p><b>Memory:</b> a piece and the row that it ends in.
 *
 * <p><b>Errors:</b> {@link UnreadableAnswer}, and those of Jackson.
 *
 * <p><b>Threads:</b> one at a time; for one answer.
 */
interface RowDecoder {

  /** Returns the rows that are whole with this piece. */
  List<Row> decode(byte[] piece);

  /** Checks that the answer was whole. */
  void end();
}
