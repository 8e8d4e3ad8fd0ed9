package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.Pause;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * When the broker had which offset, so that a pause of a shard that had nothing to take in is not
 * called one.
 *
 * <p><b>Threads:</b> {@link #add} belongs to the producer's thread; ask after a flush.
 */
final class AckTimes {
  private static final int FIRST_CAPACITY = 1 << 12;

  private final long[][] nanos = new long[BrokerProcess.PARTITIONS][FIRST_CAPACITY];

  /** A record is acknowledged now. */
  void add(RecordMetadata acknowledged) {
    int partition = acknowledged.partition();
    int offset = Math.toIntExact(acknowledged.offset());
    if (offset >= nanos[partition].length) {
      nanos[partition] = Arrays.copyOf(nanos[partition], Math.max(offset + 1, 2 * offset));
    }
    nanos[partition][offset] = System.nanoTime();
  }

  /** The longest time in which a shard had a record to take in and took in none, in nanoseconds. */
  long longest(List<Pause> pauses) {
    return pauses.stream().mapToLong(this::loadedNanos).max().orElse(0);
  }

  private long loadedNanos(Pause pause) {
    long[] times = nanos[pause.partition()];
    if (pause.next() >= times.length || times[(int) pause.next()] == 0) {
      return 0;
    }
    return pause.toNanos() - Math.max(pause.fromNanos(), times[(int) pause.next()]);
  }
}
