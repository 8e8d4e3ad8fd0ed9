package io.weir.ingest.poll;

import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** The consumer is assigned exactly what somebody has subscribed to; there is no group. */
final class OwnChoice implements PartitionSource {
  private final Consumer<byte[], ByteBuffer> consumer;

  /** Borrows the consumer. */
  OwnChoice(Consumer<byte[], ByteBuffer> consumer) {
    this.consumer = consumer;
  }

  @Override
  public boolean holds(TopicPartition partition) {
    return true;
  }

  @Override
  public void reading(Set<TopicPartition> partitions) {
    if (!consumer.assignment().equals(partitions)) {
      consumer.assign(partitions);
    }
  }

  @Override
  public void leave(TopicPartition partition) {
    // Unassigned by reading().
  }

  @Override
  public boolean needsPolling() {
    return !consumer.assignment().isEmpty();
  }

  @Override
  public void closing() {
    // Nobody waits for the partitions.
  }
}
