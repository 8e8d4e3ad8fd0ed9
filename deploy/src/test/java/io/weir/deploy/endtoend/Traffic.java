package io.weir.deploy.endtoend;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends to a topic of the format {@code float32}, on and on: upserts with and without payloads,
 * tombstones, poison (records that no collection by cosine takes), and transactions, every fourth
 * of which is aborted.
 *
 * <p>There is always a transaction open, for some tenths of a second. Its keys are not those of the
 * records outside: what is the last record of a key does not depend on when it is committed.
 *
 * <p><b>Threads:</b> it sends on one of its own, which alone writes its fields; all methods are for
 * the test's.
 */
final class Traffic implements AutoCloseable {
  private static final int KEYS = 3_000;
  private static final int OUTSIDE_A_ROUND = 12;
  private static final int INSIDE_A_ROUND = 4;
  private static final int MOST_ROUNDS_A_TRANSACTION = 30;
  private static final long PAUSE_MILLIS = 10;

  /** A broker that was killed may be away for a while, on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** A shard waits for the letter of each, so that more of them make it slow. */
  private static final int ONE_IS_POISON_OF = 32;

  private static final int POISONS = 7;

  private final String topic;
  private final int dimension;
  private final Random random;
  private final KafkaProducer<byte[], byte[]> outside;
  private final KafkaProducer<byte[], byte[]> inside;
  private final Oracle oracle = new Oracle();
  private final List<RecordMetadata> poison = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean stopping;
  private final AtomicLong records = new AtomicLong();
  private final AtomicInteger transactions = new AtomicInteger();
  private final AtomicInteger aborted = new AtomicInteger();

  /** What the open transaction would do. */
  private final List<Runnable> effects = new ArrayList<>();

  private final List<RecordMetadata> effectivePoison = new CopyOnWriteArrayList<>();

  private Traffic(String bootstrapServers, String topic, int dimension, long seed) {
    this.topic = topic;
    this.dimension = dimension;
    this.random = new Random(seed);
    this.outside = producer(bootstrapServers, Map.of());
    this.inside =
        producer(
            bootstrapServers,
            Map.of("transactional.id", topic + "-traffic", "transaction.timeout.ms", 600_000));
    this.thread = new Thread(this::run, "traffic");
  }

  /** Starts to send. */
  static Traffic start(String bootstrapServers, String topic, int dimension, long seed) {
    Traffic traffic = new Traffic(bootstrapServers, topic, dimension, seed);
    traffic.thread.start();
    return traffic;
  }

  private static KafkaProducer<byte[], byte[]> producer(
      String bootstrapServers, Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("acks", "all");
    properties.put("linger.ms", 5);
    properties.put("delivery.timeout.ms", (int) PATIENCE.toMillis());
    properties.put("max.block.ms", PATIENCE.toMillis());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private void run() {
    try {
      inside.initTransactions();
      while (!stopping) {
        inside.beginTransaction();
        int rounds = 1 + random.nextInt(MOST_ROUNDS_A_TRANSACTION);
        for (int round = 0; round < rounds && !stopping; round++) {
          for (int i = 0; i < OUTSIDE_A_ROUND; i++) {
            sendOutside();
          }
          for (int i = 0; i < INSIDE_A_ROUND; i++) {
            sendInside();
          }
          TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        endTransaction();
      }
      outside.flush();
    } catch (Exception e) {
      failure.compareAndSet(null, e);
    }
  }

  private void sendOutside() {
    records.incrementAndGet();
    if (random.nextInt(ONE_IS_POISON_OF) == 0) {
      send(poison(), true);
      return;
    }
    String key = "key/" + random.nextInt(KEYS) + "#ä";
    if (random.nextInt(8) == 0) {
      send(record(key, null), false);
      oracle.delete(key);
    } else {
      float[] vector = vector();
      send(withPayload(record(key, bytes(vector))), false);
      oracle.put(key, vector);
    }
  }

  private void sendInside() {
    records.incrementAndGet();
    if (random.nextInt(ONE_IS_POISON_OF) == 0) {
      sendTransactional(poison(), true);
      return;
    }
    String key = "transaction/" + random.nextInt(KEYS);
    if (random.nextInt(8) == 0) {
      sendTransactional(record(key, null), false);
      effects.add(() -> oracle.delete(key));
    } else {
      float[] vector = vector();
      sendTransactional(withPayload(record(key, bytes(vector))), false);
      effects.add(() -> oracle.put(key, vector));
    }
  }

  private void endTransaction() {
    if (random.nextInt(4) == 0) {
      inside.abortTransaction();
      aborted.incrementAndGet();
    } else {
      commit();
      effects.forEach(Runnable::run);
      poison.addAll(effectivePoison);
    }
    effects.clear();
    effectivePoison.clear();
    transactions.incrementAndGet();
  }

  private void commit() {
    while (true) {
      try {
        inside.commitTransaction();
        return;
      } catch (TimeoutException e) {
        // Nobody knows; to ask again is what the client wants then.
      }
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record, boolean isPoison) {
    var _ =
        outside.send(
            record,
            (metadata, error) -> {
              if (error != null) {
                failure.compareAndSet(null, error);
              } else if (isPoison) {
                poison.add(metadata);
              }
            });
  }

  /** Of what fails the commit tells; an abort fails what is under way, and is meant to. */
  private void sendTransactional(ProducerRecord<byte[], byte[]> record, boolean isPoison) {
    var _ =
        inside.send(
            record,
            (metadata, error) -> {
              if (error == null && isPoison) {
                effectivePoison.add(metadata);
              }
            });
  }

  @SuppressWarnings("NullAway") // a tombstone has no value
  private ProducerRecord<byte[], byte[]> record(String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value);
  }

  private ProducerRecord<byte[], byte[]> withPayload(ProducerRecord<byte[], byte[]> record) {
    if (random.nextBoolean()) {
      record.headers().add("number", Long.toString(records.get()).getBytes(StandardCharsets.UTF_8));
    }
    return record;
  }

  /** One that is rejected whatever the collection has; its key may be one that is in use. */
  @SuppressWarnings("NullAway") // one kind has no key
  private ProducerRecord<byte[], byte[]> poison() {
    String key = "key/" + random.nextInt(KEYS) + "#ä";
    float[] vector = vector();
    return switch (random.nextInt(POISONS)) {
      case 0 -> new ProducerRecord<>(topic, null, bytes(vector));
      case 1 -> new ProducerRecord<>(topic, new byte[] {'k', (byte) 0xC3, '('}, bytes(vector));
      case 2 -> record(key, new byte[0]);
      case 3 -> record(key, new byte[17]);
      case 4 -> record(key, bytes(Arrays.copyOf(vector, dimension - 1)));
      case 5 -> {
        vector[random.nextInt(dimension)] = Float.NaN;
        yield record(key, bytes(vector));
      }
      default -> record(key, bytes(new float[dimension]));
    };
  }

  private float[] vector() {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static byte[] bytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  /** Ends the open transaction, and returns when the broker has acknowledged everything. */
  void stop() throws Exception {
    stopping = true;
    if (!thread.join(PATIENCE)) {
      throw new AssertionError("still sends");
    }
    assertAcknowledged();
  }

  /** Fails if a record or a transaction could not be sent. */
  void assertAcknowledged() {
    Exception met = failure.get();
    if (met != null) {
      throw new AssertionError("the producer failed", met);
    }
  }

  /** What a collection has to hold; after {@link #stop}. */
  Oracle oracle() {
    return oracle;
  }

  /** How many records have been sent so far, those of aborted transactions too. */
  long records() {
    return records.get();
  }

  /** How many transactions have ended so far. */
  int transactions() {
    return transactions.get();
  }

  int abortedTransactions() {
    return aborted.get();
  }

  /** How many poison records a reader of committed records finds. */
  int rejected() {
    return poison.size();
  }

  /** How many of these are at or above one position and below another, by partition. */
  int rejectedWithin(Map<Integer, Long> from, Map<Integer, Long> to) {
    return (int)
        poison.stream()
            .filter(one -> one.offset() >= from.getOrDefault(one.partition(), 0L))
            .filter(one -> one.offset() < to.getOrDefault(one.partition(), 0L))
            .count();
  }

  @Override
  public void close() {
    stopping = true;
    // One that waits for a broker that is gone gives up at once.
    outside.close(Duration.ZERO);
    inside.close(Duration.ZERO);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
