package io.weir.bench;

import io.weir.storage.Shard;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A checkpoint of many rows, beside a plain sequential write and fsync of as many bytes. */
final class CheckpointBench implements Bench {
  private static final int ROWS = 80_000;
  private static final int REPETITIONS = 7;
  private static final int WRITE_BYTES = 1 << 20;

  @Override
  public String name() {
    return "checkpoint";
  }

  @Override
  public String description() {
    return "bytes made durable a second, beside a plain sequential write + fsync";
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    int rows = setting.scaled(ROWS);
    Rows source = new Rows(2);
    Figures figures = new Figures();
    List<Double> written = new ArrayList<>();
    List<Double> overPlain = new ArrayList<>();
    for (int repetition = 0; repetition < REPETITIONS; repetition++) {
      setting.progress().accept("checkpoint " + (repetition + 1) + " of " + REPETITIONS);
      Path directory = setting.directory().resolve("checkpoint-" + repetition);
      double checkpoint = checkpointBytesPerSecond(directory, source, rows);
      double plain = plainBytesPerSecond(directory.resolve("plain"), (long) rows * Rows.USER_BYTES);
      figures.addCase(Map.of("checkpoint_bytes_per_s", checkpoint, "plain_bytes_per_s", plain));
      if (repetition > 0) {
        written.add(checkpoint);
        overPlain.add(checkpoint / plain);
      }
      Folders.delete(directory);
    }
    return figures
        .with("bytes_per_s", Figures.median(written))
        .with("over_plain_write", Figures.median(overPlain));
  }

  private static double checkpointBytesPerSecond(Path directory, Rows source, int rows)
      throws Exception {
    StoreOptions options = StoreOptions.defaults().withHotBufferBytes(4L << 30);
    try (VectorStore store = VectorStore.open(directory, options)) {
      Shard shard =
          store.declare("bench", new VectorSchema(Rows.DIMENSION, Metric.COSINE)).shard(0);
      source.append(shard, 0, rows);
      long started = System.nanoTime();
      store.checkpoint().get(10, TimeUnit.MINUTES);
      return (double) rows * Rows.USER_BYTES * 1e9 / (System.nanoTime() - started);
    }
  }

  private static double plainBytesPerSecond(Path file, long bytes) throws Exception {
    ByteBuffer block = ByteBuffer.allocateDirect(WRITE_BYTES);
    long started = System.nanoTime();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long position = 0; position < bytes; position += block.capacity()) {
        block.clear().limit((int) Math.min(block.capacity(), bytes - position));
        while (block.hasRemaining()) {
          channel.write(block, position + block.position());
        }
      }
      channel.force(true);
    }
    return bytes * 1e9 / (System.nanoTime() - started);
  }
}
