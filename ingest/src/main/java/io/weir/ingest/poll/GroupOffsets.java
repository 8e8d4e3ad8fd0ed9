package io.weir.ingest.poll;

import io.weir.storage.record.SourcePosition;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a consumer group's offsets are to say. They are for tools that show lag: Weir never reads
 * them.
 *
 * <p><b>Threads:</b> called on the poll thread; must not wait.
 */
public interface GroupOffsets {

  /** Where each partition that is fed here stands on the disk. */
  Map<TopicPartition, SourcePosition> durable();

  /** An attempt to commit has failed; there will be others. */
  void failed(Exception error);
}
