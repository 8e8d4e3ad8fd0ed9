package io.weir.api.client;

import java.util.List;

/**
 * Makes something of the pieces of an answer.
 *
 * <p><b>Memory:</b> a piece, and what it ends in the middle of.
 *
 * <p><b>Errors:</b> {@link UnreadableAnswer}, and those of Jackson.
 *
 * <p><b>Threads:</b> one at a time; for one answer.
 *
 * @param <T> what is made
 */
interface PieceDecoder<T> {

  /** Returns what is whole with this piece. */
  List<T> decode(byte[] piece);

  /** Checks that the answer was whole. */
  void end();
}
