package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Compares every piece of a chunk with its checksum, and the checksums with theirs. */
final class PieceCheck {
  private final ByteBuffer buffer = InputFile.directBuffer(ChunkHead.PIECE_BYTES);

  /**
   * Reads the whole chunk once.
   *
   * @param part the chunk
   * @param vectors is shown the pieces up to the first that is damaged
   */
  void check(InputFile file, ChunkHead chunk, Part part, @Nullable VectorCheck vectors)
      throws IOException {
    long checksAt = chunk.starts().checks();
    long checkBytes = chunk.pieces() * Integer.BYTES;
    CRC32C crc = new CRC32C();
    file.addTo(crc, chunk.position() + checksAt, checkBytes, buffer);
    part.require(
        (int) crc.getValue() == chunk.checksChecksum(),
        "checks, checksum",
        checksAt,
        checkBytes,
        Part.hex(chunk.checksChecksum()),
        Part.hex((int) crc.getValue()));
    Column checks = new Column(file, chunk.position() + checksAt, Integer.BYTES, chunk.pieces());
    boolean whole = true;
    for (long piece = 0; piece < chunk.pieces(); piece++) {
      long at = piece * ChunkHead.PIECE_BYTES;
      int bytes = (int) Math.min(ChunkHead.PIECE_BYTES, checksAt - at);
      whole &=
          isWhole(
              file,
              chunk.position() + at,
              bytes,
              (int) checks.next(),
              part.at(at, "piece " + piece + " (" + partsIn(chunk, at, at + bytes) + ")"));
      if (whole && vectors != null) {
        vectors.accept(buffer, at);
      }
    }
    padding(file, chunk, part, checksAt + checkBytes);
  }

  private boolean isWhole(InputFile file, long position, int bytes, int expected, Part piece) {
    try {
      file.read(buffer.clear().limit(bytes), position);
    } catch (IOException e) {
      piece.unreadable(0, bytes, e);
      return false;
    }
    CRC32C crc = new CRC32C();
    crc.update(buffer.flip());
    buffer.rewind();
    int actual = (int) crc.getValue();
    return piece.require(
        expected == actual, "checksum", 0, bytes, Part.hex(expected), Part.hex(actual));
  }

  private static void padding(InputFile file, ChunkHead chunk, Part part, long from)
      throws IOException {
    int bytes = (int) (chunk.bytes() - ChunkHead.FOOTER_BYTES - from);
    ByteBuffer zeros = file.read(chunk.position() + from, bytes);
    part.at(from, "padding").zeros("bytes", zeros, 0, bytes);
  }

  /** Names what a range of a chunk holds. */
  private static String partsIn(ChunkHead chunk, long from, long to) {
    ChunkHead.Starts starts = chunk.starts();
    long[] bounds = {
      0,
      ChunkHead.ROWS_START,
      starts.table(),
      starts.keys(),
      starts.payloads(),
      starts.index(),
      starts.checks() - chunk.fieldBytes(),
      starts.checks()
    };
    String[] names = {"header", "vectors", "table", "keys", "payloads", "index", "fields"};
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      if (bounds[i] < to && bounds[i + 1] > from) {
        parts.append(parts.isEmpty() ? "" : ", ").append(names[i]);
      }
    }
    return parts.toString();
  }
}
