package io.weir.deploy.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Whether the leaders of a topic's partitions know that they are.
 *
 * <p>Until a broker has heard that it leads a new partition it turns requests away. Of a producer's
 * first requests it may so lose one and take the next, which the producer cannot mend
 * (KAFKA-15591): its record expires. Leaders that answer a question about offsets have heard.
 */
public final class TopicLeaders {

  private static final long PAUSE_MILLIS = 10;

  private TopicLeaders() {}

  /**
   * Returns when all leaders of a topic can be written to.
   *
   * @throws ExecutionException if they do not in time, with what a broker says
   * @throws TimeoutException if a broker does not answer in time
   */
  public static void await(Admin admin, String topic, int partitions, Duration limit)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, OffsetSpec> all = new HashMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      all.put(new TopicPartition(topic, partition), OffsetSpec.latest());
    }
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      try {
        var _ = admin.listOffsets(all).all().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }
}
