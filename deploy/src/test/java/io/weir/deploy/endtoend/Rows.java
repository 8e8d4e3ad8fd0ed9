package io.weir.deploy.endtoend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends rows of three components, in JSON, to the partitions that a test names. */
final class Rows implements AutoCloseable {
  private static final int LIMIT_SECONDS = 60;

  private final KafkaProducer<byte[], byte[]> producer;

  Rows(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends one row a key, and returns when all are acknowledged. */
  void send(String topic, int partition, String... keys) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    for (String key : keys) {
      String value = "{\"vector\":[1.5,-0.1," + key.length() + "]}";
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  topic,
                  partition,
                  key.getBytes(StandardCharsets.UTF_8),
                  value.getBytes(StandardCharsets.UTF_8))));
    }
    for (Future<?> one : sent) {
      one.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
