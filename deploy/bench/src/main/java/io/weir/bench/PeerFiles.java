package io.weir.bench;

import io.weir.bench.peer.Peer;
import java.nio.file.Path;

/** Files of a peer with the same rows in them. */
final class PeerFiles {
  private PeerFiles() {}

  /** Writes rows, makes them durable and as small as the peer makes them, and closes. */
  static void write(Peer peer, Path directory, Rows source, int rows, long bufferBytes)
      throws Exception {
    try (Peer.Writer writer = peer.create(directory, bufferBytes)) {
      for (int row = 0; row < rows; row++) {
        writer.put(source.row(row));
      }
      writer.flush();
      writer.compact();
    }
  }
}
