package io.weir.ingest;

import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.poll.GroupOffsets;
import io.weir.storage.record.SourcePosition;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The durable positions of all shards that are fed here, for a consumer group's offsets. */
final class DurableOffsets implements GroupOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(DurableOffsets.class);

  private final Supplier<? extends Collection<FeedRun>> feeds;
  private final IngestMetrics metrics;

  /** Poll thread only. */
  private boolean told;

  DurableOffsets(Supplier<? extends Collection<FeedRun>> feeds, IngestMetrics metrics) {
    this.feeds = feeds;
    this.metrics = metrics;
  }

  @Override
  public Map<TopicPartition, SourcePosition> durable() {
    Map<TopicPartition, SourcePosition> all = new HashMap<>();
    for (FeedRun feed : feeds.get()) {
      for (ShardRun shard : feed.shards().runs()) {
        shard
            .durable()
            .ifPresent(
                position -> all.put(new TopicPartition(feed.topic(), shard.partition()), position));
      }
    }
    return all;
  }

  @Override
  public void failed(Exception error) {
    metrics.offsetCommitFailed();
    if (!told) {
      told = true;
      LOG.warn(
          "the group's offsets cannot be committed: {}; nothing is lost by that, only tools that"
              + " show lag see old figures; further failures are counted",
          error.toString());
    }
  }
}
