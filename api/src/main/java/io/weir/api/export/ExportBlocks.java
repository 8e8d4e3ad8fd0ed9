package io.weir.api.export;

import io.weir.api.work.WorkerPool;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;

/**
 * The blocks of an export.
 *
 * <p><b>Demand:</b> a block is read and written on the pool when it is asked for, not before.
 *
 * <p><b>Errors:</b> those of the pool and of the store.
 *
 * <p><b>Cancellation:</b> a block that is being made is given up.
 */
final class ExportBlocks {

  /**
   * Enough that the way to the pool and to the socket costs little, and little enough to hold; a
   * filter that finds few rows, in payloads at that, gets through the rows of one in time.
   */
  private static final BlockLimit LIMIT = new BlockLimit(1_000, 128 << 10, 16_384);

  private static final byte[] NOTHING = {};

  private final RowScan scan;
  private final RowWriter writer;
  private final Listener listener;
  private boolean begun;
  private boolean ended;

  private ExportBlocks(RowScan scan, RowWriter writer, Listener listener) {
    this.scan = scan;
    this.writer = writer;
    this.listener = listener;
  }

  /** Hears of each block of rows that was made. */
  @FunctionalInterface
  interface Listener {

    /** It took so long to read so many rows, perhaps none, and to write them as so many bytes. */
    void made(Duration took, int rows, int bytes);
  }

  /** Not a record: arrays have no value equality. */
  private static final class Block {
    private final byte[] bytes;
    private final boolean last;

    Block(byte[] bytes, boolean last) {
      this.bytes = bytes;
      this.last = last;
    }
  }

  /** Blocks of rows; to be subscribed to once. */
  static Flux<byte[]> of(RowScan scan, RowWriter writer, Listener listener, WorkerPool pool) {
    ExportBlocks blocks = new ExportBlocks(scan, writer, listener);
    return Flux.<Boolean>generate(sink -> sink.next(true))
        .concatMap(_ -> pool.run(blocks::next), 0)
        .takeUntil(block -> block.last)
        .map(block -> block.bytes)
        .filter(bytes -> bytes.length > 0);
  }

  private Block next(BooleanSupplier cancelled) throws IOException {
    if (!begun) {
      begun = true;
      return new Block(writer.head(), false);
    }
    if (ended) {
      return new Block(writer.end(), true);
    }
    long started = System.nanoTime();
    RowScan.Block read = scan.next(LIMIT, cancelled);
    ended = read.last();
    List<StoredRow> rows = read.rows();
    byte[] bytes = rows.isEmpty() ? NOTHING : writer.rows(rows);
    listener.made(Duration.ofNanos(System.nanoTime() - started), rows.size(), bytes.length);
    return new Block(bytes, false);
  }
}
