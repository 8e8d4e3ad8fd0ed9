package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Looks at the vectors of a chunk while its pieces go by: every component finite, padding zero, and
 * under cosine the stored norm that of the vector.
 */
final class VectorCheck {
  /** Half the distance of two neighbouring floats, relative to them. */
  private static final double FLOAT_ROUNDING = 0x1p-24;

  private static final int EXPONENT = 0x7f80_0000;

  private final ChunkHead chunk;
  private final int dimension;
  private final Column norms;
  private final Part part;
  private final double tolerance;
  private int row;

  /** The next word of the row: a component, or padding. */
  private int word;

  private double squares;
  private boolean finite = true;

  VectorCheck(InputFile file, ChunkHead chunk, int dimension, Part part) {
    this.chunk = chunk;
    this.dimension = dimension;
    this.norms =
        new Column(
            file,
            chunk.normsAt(),
            chunk.norms() ? ChunkHead.NORM_BYTES : 0,
            chunk.norms() ? chunk.rows() : 0);
    this.part = part;
    // However a sum of n squares is ordered, each rounds at most n times; the root halves that.
    this.tolerance = (dimension / 2.0 + 4) * FLOAT_ROUNDING;
  }

  /** Takes the next piece, which begins where the one before ended, the first at the header. */
  void accept(ByteBuffer piece, long positionInChunk) throws IOException {
    int words = chunk.stride() / Float.BYTES;
    int at = (int) Math.max(0, ChunkHead.ROWS_START - positionInChunk);
    while (row < chunk.rows() && at < piece.limit()) {
      int bits = piece.getInt(at);
      if (word >= dimension) {
        part.require(bits == 0, "padding of row " + row, placeOf(word), 4, "zero", Part.hex(bits));
      } else {
        component(bits);
      }
      at += Float.BYTES;
      word++;
      if (word == words) {
        endRow();
      }
    }
  }

  private long placeOf(int wordInRow) {
    return ChunkHead.ROWS_START + (long) row * chunk.stride() + (long) wordInRow * Float.BYTES;
  }

  private void component(int bits) {
    float value = Float.intBitsToFloat(bits);
    if ((bits & EXPONENT) == EXPONENT) {
      part.found(
          "component " + word + " of row " + row, placeOf(word), 4, "a finite number", value);
      finite = false;
    }
    squares += (double) value * value;
  }

  private void endRow() throws IOException {
    if (chunk.norms()) {
      float norm = Float.intBitsToFloat((int) norms.next());
      double expected = Math.min(Math.sqrt(squares), Float.MAX_VALUE);
      double allowed = Math.max(expected * tolerance, Float.MIN_VALUE);
      part.require(
          !finite || (norm > 0 && Math.abs(norm - expected) <= allowed),
          "norm of row " + row,
          chunk.normsAt() - chunk.position() + (long) row * ChunkHead.NORM_BYTES,
          ChunkHead.NORM_BYTES,
          expected + ", above 0",
          norm);
    }
    squares = 0;
    finite = true;
    word = 0;
    row++;
  }
}
