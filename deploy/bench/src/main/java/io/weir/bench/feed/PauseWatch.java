package io.weir.bench.feed;

import io.weir.storage.Shard;
import io.weir.storage.VectorCollection;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks every millisecond whether the applied positions of a collection's shards have moved, and
 * notes down every {@link Pause} of some length.
 *
 * <p><b>Threads:</b> one asks; a thread of its own looks.
 */
final class PauseWatch {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long NOTED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final VectorCollection collection;
  private final List<Pause> pauses = new ArrayList<>();
  private volatile boolean ending;
  private @Nullable Thread thread;

  PauseWatch(VectorCollection collection) {
    this.collection = collection;
  }

  /** The offset below which everything can be found; 0 for a shard that was never fed. */
  static long applied(Shard shard) {
    return shard.appliedPosition().map(SourcePosition::nextOffset).orElse(0L);
  }

  String begin() {
    thread = Thread.ofPlatform().name("bench-pauses").daemon().start(this::run);
    return "watching";
  }

  /** Ends the watch and writes what was noted down. */
  String end(Path file) throws IOException, InterruptedException {
    ending = true;
    if (thread != null) {
      thread.join();
    }
    Pause.write(file, pauses);
    return String.valueOf(pauses.size());
  }

  private void run() {
    List<Shard> shards = collection.shards();
    long[] next = new long[shards.size()];
    long[] since = new long[shards.size()];
    for (int i = 0; i < next.length; i++) {
      next[i] = applied(shards.get(i));
      since[i] = System.nanoTime();
    }
    boolean last;
    do {
      last = ending;
      for (int i = 0; i < next.length; i++) {
        long applied = applied(shards.get(i));
        long now = System.nanoTime();
        if (applied != next[i] || last) {
          if (now - since[i] >= NOTED_NANOS) {
            pauses.add(new Pause(shards.get(i).partition(), next[i], since[i], now));
          }
          next[i] = applied;
          since[i] = now;
        }
      }
      LockSupport.parkNanos(LOOK_NANOS);
    } while (!last);
  }
}
