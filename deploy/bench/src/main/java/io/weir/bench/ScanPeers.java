package io.weir.bench;

import io.weir.bench.Bench.Setting;
import io.weir.bench.peer.FaissSearch;
import io.weir.bench.peer.LucenePeer;
import io.weir.bench.peer.Peer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Exact searches of others over the same rows, one thread each, in processes of their own. */
final class ScanPeers implements AutoCloseable {
  private static final long BUFFER_BYTES = 256L << 20;
  private static final int WRITE_BYTES = 1 << 20;

  private final List<Search> searches = new ArrayList<>();
  private final List<Runnable> closes = new ArrayList<>();

  private ScanPeers() {}

  /** One of them. */
  interface Search {
    /** How figures of it end. */
    String name();

    /** What Weir's speed over its should be. */
    String goal();

    /** Searches for what is nearest to a row and returns how long it took. */
    long nanos(int row) throws Exception;
  }

  private record NamedSearch(String name, String goal, Timed timed) implements Search {
    @Override
    public long nanos(int row) throws Exception {
      return timed.nanos(row);
    }
  }

  private interface Timed {
    long nanos(int row) throws Exception;
  }

  /** Writes the rows as each wants them and starts it; none where no peers are asked for. */
  static ScanPeers open(Setting setting, Rows source, long seed, int rows, int k) throws Exception {
    ScanPeers peers = new ScanPeers();
    try {
      for (Peer peer : setting.peers()) {
        if (peer instanceof LucenePeer) {
          peers.addLucene(setting, peer, source, seed, rows, k);
          peers.addFaiss(setting, source, rows, k);
        }
      }
      return peers;
    } catch (Exception | Error e) {
      peers.close();
      throw e;
    }
  }

  private void addLucene(Setting setting, Peer lucene, Rows source, long seed, int rows, int k)
      throws Exception {
    Path folder = setting.directory().resolve("lucene");
    setting.progress().begin("writing " + rows + " rows, " + lucene.version(), rows);
    PeerFiles.write(lucene, folder, source, rows, BUFFER_BYTES);
    LuceneSearch search =
        LuceneSearch.of(folder, seed, k, setting.directory().resolve("lucene.err"));
    closes.add(search::close);
    searches.add(new NamedSearch("lucene", ">= 1.5", search::nanos));
  }

  private void addFaiss(Setting setting, Rows source, int rows, int k) throws Exception {
    Optional<String> version = FaissSearch.version();
    if (version.isEmpty()) {
      setting.progress().begin("no FAISS: Python finds none (Debian: python3-faiss)", 1);
      return;
    }
    setting.progress().begin("writing " + rows + " rows, FAISS " + version.get(), rows);
    Path file = setting.directory().resolve("rows.f32");
    write(file, source, rows);
    FaissSearch search = FaissSearch.of(file, Rows.DIMENSION, k, setting.directory());
    closes.add(search::close);
    // It has them in memory.
    Files.delete(file);
    searches.add(new NamedSearch("faiss", ">= 1.0", search::nanos));
  }

  private static void write(Path file, Rows source, int rows) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), WRITE_BYTES)) {
      for (int row = 0; row < rows; row++) {
        out.write(source.float32(row));
      }
    }
  }

  /** Those that could be started. */
  List<Search> searches() {
    return searches;
  }

  @Override
  public void close() {
    closes.forEach(Runnable::run);
  }
}
