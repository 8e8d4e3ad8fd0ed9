package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.feed.WeirProcess;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends records whose keys are drawn at random from a number of keys, so that compaction has work.
 *
 * <p><b>Threads:</b> one sends at a time.
 */
final class OverwrittenKeys {
  /** Old records go while new ones come, so that the topic does not fill the disk. */
  static final String[] TOPIC_SETTINGS = {
    "retention.bytes=268435456", "segment.bytes=67108864", "file.delete.delay.ms=1000"
  };

  /** How long a record may wait for others on its way to the topic. */
  static final int LINGER_MILLIS = 5;

  private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final long LOOK_MILLIS = 20;

  /** Every shard is open and fed before time runs. */
  private static final int FIRST_RECORDS = 1_000;

  private final TopicWriter writer;
  private final AckTimes acknowledged = new AckTimes();
  private final Rows rows = new Rows(12, 0);
  private final Random random = new Random(13);
  private final int keys;
  private volatile long sent;

  OverwrittenKeys(TopicWriter writer, int keys) {
    this.writer = writer;
    this.keys = keys;
  }

  /** Records sent so far. */
  long sent() {
    return sent;
  }

  /** When the broker had each of them; ask after {@link TopicWriter#flush}. */
  AckTimes acknowledged() {
    return acknowledged;
  }

  /** Sends each key once. */
  void sendEachOnce() {
    for (int key = 0; key < keys; key++) {
      send(key);
    }
    writer.flush();
  }

  private void send() {
    send(random.nextInt(keys));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread sends at a time
  private void send(int key) {
    writer.send(
        key % BrokerProcess.PARTITIONS,
        Rows.keyBytes(key),
        rows.float32((int) (sent % Integer.MAX_VALUE)),
        acknowledged::add);
    sent++;
  }

  /** Sends at a rate in a thread of its own until it is told to stop. */
  Thread start(double aSecond, AtomicBoolean goesOn) {
    return Thread.ofPlatform()
        .name("bench-load")
        .start(() -> Pace.run(aSecond, goesOn::get, this::send));
  }

  /**
   * Returns how many records a second are taken in while more are there; the second half counts.
   */
  double mostASecond(WeirProcess weir, Duration time) throws Exception {
    for (int number = 0; number < FIRST_RECORDS; number++) {
      send();
    }
    awaitApplied(weir);
    AtomicBoolean goesOn = new AtomicBoolean(true);
    Thread thread = start(Double.MAX_VALUE, goesOn);
    double most;
    try {
      Thread.sleep(time.dividedBy(2));
      long before = weir.applied();
      long started = System.nanoTime();
      Thread.sleep(time.dividedBy(2));
      most = (weir.applied() - before) / ((System.nanoTime() - started) / 1e9);
    } finally {
      goesOn.set(false);
      thread.join();
    }
    awaitApplied(weir);
    return most;
  }

  /** Waits until Weir has taken in all that was sent. */
  void awaitApplied(WeirProcess weir) throws Exception {
    writer.flush();
    long started = System.nanoTime();
    while (weir.applied() < sent) {
      if (System.nanoTime() - started > LIMIT_NANOS) {
        throw new IllegalStateException(
            "Weir has taken in " + weir.applied() + " of " + sent + " records");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }
}
