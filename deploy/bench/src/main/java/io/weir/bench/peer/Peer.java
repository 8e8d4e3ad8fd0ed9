package io.weir.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Another store. */
public interface Peer {

  /** The peers that every bench asks. */
  static List<Peer> all() {
    return List.of(new RocksPeer(false), new LucenePeer());
  }

  /** How figures of it begin. */
  String name();

  /** Name and version for a reader. */
  String version();

  /**
   * Makes a store in a folder.
   *
   * @param bufferBytes about so much is held in memory before something is written by itself
   */
  Writer create(Path directory, long bufferBytes) throws Exception;

  /** Opens what a writer has left. */
  Reader open(Path directory) throws Exception;

  /** Takes rows. Closing drops what was not flushed. One thread. */
  interface Writer extends AutoCloseable {

    /** Takes a row into memory. */
    void put(Row row) throws Exception;

    /** Makes durable what was put. */
    void flush() throws Exception;

    /** Makes what was flushed as small as it gets. */
    void compact() throws Exception;

    @Override
    void close() throws IOException;
  }

  /** Answers. One thread. */
  interface Reader extends AutoCloseable {

    /** Returns how many bytes vector and payload under a key have. */
    int get(byte[] key) throws Exception;

    @Override
    void close() throws IOException;
  }
}
