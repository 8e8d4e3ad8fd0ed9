package io.weir.api.export;

import io.weir.api.work.WorkerPool;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
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

  /** Enough that the way to the pool and to the socket costs little, and little enough to hold. */
  private static final BlockLimit LIMIT = new BlockLimit(1_000, 128 << 10);

  private final RowScan scan;
  private final RowWriter writer;
  private boolean begun;

  private ExportBlocks(RowScan scan, RowWriter writer) {
    this.scan = scan;
    this.writer = writer;
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
  static Flux<byte[]> of(RowScan scan, RowWriter writer, WorkerPool pool) {
    ExportBlocks blocks = new ExportBlocks(scan, writer);
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
    List<StoredRow> rows = scan.next(LIMIT, cancelled);
    return rows.isEmpty() ? new Block(writer.end(), true) : new Block(writer.rows(rows), false);
  }
}
