package io.weir.ingest;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Leaves a consumer's keys as they are, and counts the responses about the cluster that come to the
 * consumer: a deserializer is what it tells of each.
 *
 * <p><b>Threads:</b> any.
 */
final class CountingKeys extends ByteArrayDeserializer implements ClusterResourceListener {
  private final AtomicLong responses = new AtomicLong();

  @Override
  public void onUpdate(ClusterResource cluster) {
    responses.incrementAndGet();
  }

  long responses() {
    return responses.get();
  }
}
