package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Hears which partitions the group gives to this member and takes from it.
 *
 * <p><b>Threads:</b> called on the poll thread, inside a poll: all other partitions stand still
 * until it returns, and a member that takes longer than {@code max.poll.interval.ms} is thrown out.
 *
 * <p><b>Errors:</b> what is thrown is logged; it does not keep the group from what it has decided.
 */
public interface RebalanceHandler {

  /**
   * These are this member's from now on, paused until somebody subscribes to them. Must not wait.
   */
  void assigned(Set<TopicPartition> partitions);

  /**
   * These go to another member as soon as this returns. Their fluxes have been completed, their
   * last batches may still be worked on.
   *
   * @return what is durable of them, for the group's offsets
   */
  Map<TopicPartition, SourcePosition> revoked(Set<TopicPartition> partitions);

  /**
   * These are another member's already: nothing more may be written for them. Their fluxes have
   * been completed. Must not wait.
   */
  void lost(Set<TopicPartition> partitions);
}
