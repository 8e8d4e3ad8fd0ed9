package io.weir.deploy.endtoend;

import io.weir.ingest.RecordFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends random upserts and tombstones to a topic, and tells an oracle. */
final class Sender implements AutoCloseable {
  private final KafkaProducer<byte[], byte[]> producer;
  private final String topic;
  private final RecordFormat format;
  private final int dimension;
  private final Random random;
  private final Oracle oracle = new Oracle();
  private final List<Future<?>> sent = new ArrayList<>();

  Sender(String bootstrapServers, String topic, RecordFormat format, int dimension, long seed) {
    this.topic = topic;
    this.format = format;
    this.dimension = dimension;
    this.random = new Random(seed);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.ACKS_CONFIG,
                "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  Oracle oracle() {
    return oracle;
  }

  float[] vector() {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  /** Sends so many records, each to one of so many keys, every eighth a tombstone. */
  void send(int records, int keys) {
    for (int i = 0; i < records; i++) {
      String key = "key/" + random.nextInt(keys) + "#ä";
      if (random.nextInt(8) == 0) {
        oracle.delete(key);
        sendRaw(key.getBytes(StandardCharsets.UTF_8), null);
      } else {
        float[] vector = vector();
        oracle.put(key, vector);
        sendRaw(key.getBytes(StandardCharsets.UTF_8), encode(vector));
      }
    }
  }

  byte[] encode(float[] vector) {
    return switch (format) {
      case FLOAT32 -> {
        ByteBuffer bytes =
            ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        yield bytes.array();
      }
      case JSON -> {
        StringBuilder text = new StringBuilder("{\"vector\":[");
        for (int i = 0; i < vector.length; i++) {
          text.append(i == 0 ? "" : ",").append(vector[i]);
        }
        yield text.append("],\"payload\":{\"first\":\"")
            .append(vector[0])
            .append("\"}}")
            .toString()
            .getBytes(StandardCharsets.UTF_8);
      }
      case AVRO, PROTOBUF -> throw new IllegalArgumentException(format + " is not sent here");
    };
  }

  void sendRaw(byte @Nullable [] key, byte @Nullable [] value) {
    sent.add(producer.send(new ProducerRecord<>(topic, key, value)));
  }

  /** Returns when the broker has acknowledged everything. */
  void flush() throws Exception {
    producer.flush();
    for (Future<?> each : sent) {
      each.get(60, TimeUnit.SECONDS);
    }
    sent.clear();
  }

  @Override
  public void close() {
    producer.close();
  }
}
