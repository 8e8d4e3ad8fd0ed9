package io.weir.ingest;

import io.weir.ingest.flow.IngestMetrics;
import io.weir.storage.record.SourcePosition;
import java.time.Duration;

/** A shard's status as meters ask for it. */
record ShardMeters(ShardRun shard) implements IngestMetrics.ShardSource {

  @Override
  public long lag() {
    return shard.status().lag();
  }

  @Override
  public long timeLagMillis() {
    return shard.status().timeLag().map(Duration::toMillis).orElse(-1L);
  }

  @Override
  public long retainedOffsets() {
    ShardStatus status = shard.status();
    long beginning = status.log().beginningOffset();
    return status.applied().map(SourcePosition::nextOffset).orElse(beginning) - beginning;
  }

  @Override
  public long uncommittedOffsets() {
    return shard.status().log().uncommittedOffsets();
  }

  @Override
  public boolean inTrouble() {
    return shard.status().state().isTrouble();
  }
}
