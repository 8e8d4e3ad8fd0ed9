package io.weir.api.client;

import java.io.ByteArrayOutputStream;

/** Gathers the body of an answer, up to a limit. */
final class AnswerBytes {

  /** Twice what the server puts into one. */
  private static final int MAX_BYTES = 128 << 20;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  void add(byte[] piece) {
    if (piece.length > MAX_BYTES - bytes.size()) {
      throw new UnreadableAnswer("it is larger than " + MAX_BYTES + " bytes");
    }
    bytes.writeBytes(piece);
  }

  byte[] toArray() {
    return bytes.toByteArray();
  }
}
