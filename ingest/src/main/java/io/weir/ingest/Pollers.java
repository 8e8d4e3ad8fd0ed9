package io.weir.ingest;

import io.weir.ingest.poll.GroupOffsets;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.ingest.poll.RebalanceHandler;
import io.weir.ingest.poll.TopicGuard;
import io.weir.ingest.poll.TopicIds;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Makes pollers, each with a consumer of its own; whoever asks for one owns it.
 *
 * <p><b>Threads:</b> any.
 */
final class Pollers {
  private final IngestSettings settings;
  private final TopicIds ids;
  private final Optional<RebalanceHandler> group;
  private final Optional<GroupOffsets> offsets;

  /**
   * Makes none yet.
   *
   * @param group hears what the group gives, where one does
   * @param offsets what to commit to a group, if anything
   */
  Pollers(
      IngestSettings settings,
      TopicIds ids,
      Optional<RebalanceHandler> group,
      Optional<GroupOffsets> offsets) {
    this.settings = settings;
    this.ids = ids;
    this.group = group;
    this.offsets = offsets;
  }

  /** As a member of the group, if there is one, in place of one that has left these partitions. */
  PartitionPoller shared(Set<TopicPartition> inherited) {
    CountingKeys keys = new CountingKeys();
    return new PartitionPoller(
        consumer(ClientProperties.consumer(settings), keys),
        new TopicGuard(keys::responses, ids),
        group,
        offsets,
        inherited);
  }

  /** Reads what it is told to, and is in no group. */
  PartitionPoller own() {
    CountingKeys keys = new CountingKeys();
    return new PartitionPoller(
        consumer(ClientProperties.consumer(settings.kafkaProperties()), keys),
        new TopicGuard(keys::responses, ids));
  }

  /** Its values are lent from what it has fetched: most are copied once only, into their shard. */
  private static Consumer<byte[], ByteBuffer> consumer(
      Map<String, Object> properties, CountingKeys keys) {
    return new KafkaConsumer<>(properties, keys, new ByteBufferDeserializer());
  }
}
