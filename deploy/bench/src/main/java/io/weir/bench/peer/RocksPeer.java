package io.weir.bench.peer;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/**
 * RocksDB without a write-ahead log, as Weir has none: vector and payload are one value. Everything
 * not named here is as RocksDB has it by default.
 */
public final class RocksPeer implements Peer {
  private final boolean blobs;

  /**
   * RocksDB.
   *
   * @param blobs whether values lie in blob files, beside the sorted keys
   */
  public RocksPeer(boolean blobs) {
    this.blobs = blobs;
    RocksDB.loadLibrary();
  }

  @Override
  public String name() {
    return blobs ? "rocksdb_blob" : "rocksdb";
  }

  @Override
  public String version() {
    return "RocksDB " + RocksDB.rocksdbVersion();
  }

  @Override
  @SuppressWarnings("resource") // the writer closes them
  public Writer create(Path directory, long bufferBytes) throws Exception {
    Options options = options().setCreateIfMissing(true).setWriteBufferSize(bufferBytes);
    Files.createDirectories(directory);
    return new RocksWriter(options, open(options, directory));
  }

  @Override
  @SuppressWarnings("resource") // the reader closes them
  public Reader open(Path directory) throws Exception {
    Options options = options();
    return new RocksReader(options, open(options, directory));
  }

  private Options options() {
    return new Options()
        .setCompressionType(CompressionType.NO_COMPRESSION)
        .setBlobCompressionType(CompressionType.NO_COMPRESSION)
        .setEnableBlobFiles(blobs)
        .setAvoidFlushDuringShutdown(true)
        .setInfoLogLevel(InfoLogLevel.FATAL_LEVEL);
  }

  private static RocksDB open(Options options, Path directory) throws RocksDBException {
    try {
      return RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      options.close();
      throw e;
    }
  }

  private record RocksReader(Options options, RocksDB db) implements Reader {
    @Override
    public int get(byte[] key) throws RocksDBException {
      byte[] value = db.get(key);
      if (value == null) {
        throw new IllegalStateException("RocksDB has lost a row");
      }
      return value.length;
    }

    @Override
    public void close() {
      db.close();
      options.close();
    }
  }

  private static final class RocksWriter implements Writer {
    private final Options options;
    private final RocksDB db;
    private final WriteOptions withoutLog = new WriteOptions().setDisableWAL(true);
    private final ByteBuffer key = ByteBuffer.allocateDirect(1 << 10);

    RocksWriter(Options options, RocksDB db) {
      this.options = options;
      this.db = db;
    }

    @Override
    public void put(Row row) throws RocksDBException {
      key.clear().put(row.key()).flip();
      db.put(withoutLog, key, row.value().clear());
    }

    @Override
    public void flush() throws RocksDBException {
      try (FlushOptions waiting = new FlushOptions().setWaitForFlush(true)) {
        db.flush(waiting);
      }
    }

    @Override
    public void compact() throws RocksDBException {
      try (CompactRangeOptions all =
          new CompactRangeOptions()
              .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)) {
        db.compactRange(db.getDefaultColumnFamily(), null, null, all);
      }
    }

    @Override
    public void close() {
      db.close();
      withoutLog.close();
      options.close();
    }
  }
}
