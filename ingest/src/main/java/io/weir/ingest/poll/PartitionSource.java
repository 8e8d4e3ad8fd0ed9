package io.weir.ingest.poll;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * How partitions come to the consumer.
 *
 * <p><b>Threads:</b> the poll thread.
 */
sealed interface PartitionSource permits OwnChoice, GroupMembership {

  /** Whether a partition may be read. Any thread. */
  boolean holds(TopicPartition partition);

  /** Makes the consumer hold what it should, now that these are the partitions that are read. */
  void reading(Set<TopicPartition> partitions);

  /** Sees to it that the consumer does nothing about a partition that is no longer read. */
  void leave(TopicPartition partition);

  /** Whether there is something to poll for. */
  boolean needsPolling();

  /** Nothing is polled any more, the consumer is closed next. */
  void closing();
}
