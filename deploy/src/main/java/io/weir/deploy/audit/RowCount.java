package io.weir.deploy.audit;

import io.weir.deploy.terminal.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Compares numbers of rows at positions at which the store stands still.
 *
 * <p>A description is not taken in one moment. Of three in a row that name the same position of a
 * shard, the middle one was taken while no record was applied there: its number of rows belongs to
 * that position. The topic is then read up to just there. While records keep coming this may never
 * succeed; it is tried a number of times.
 *
 * <p>A number that differs is not believed while the topic goes on behind the position: compaction
 * may have removed a record below it for the sake of one above it.
 *
 * <p><b>Threads:</b> one.
 */
final class RowCount {

  private static final int TRIES = 25;
  private static final long PAUSE_MILLIS = 200;

  private final TopicState topic;
  private final AuditedStore store;
  private final Map<Integer, OptionalLong> storeRows = new HashMap<>();

  RowCount(TopicState topic, AuditedStore store) {
    this.topic = topic;
    this.store = store;
  }

  /** Moves the topic's state to where the counts were taken. */
  List<PartitionCount> run(Progress progress) throws AuditException, InterruptedException {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      take(progress);
      Map<Integer, Long> ends = topic.ends();
      boolean again =
          counts().stream()
              .anyMatch(count ->
                  count.storeRows().isEmpty()
                      || (count.differs()
                          && ends.getOrDefault(count.partition(), 0L) > count.position()));
      if (!again) {
        break;
      }
      if (attempt < TRIES) {
        Thread.sleep(PAUSE_MILLIS);
      }
    }
    return counts();
  }

  private void take(Progress progress) throws AuditException, InterruptedException {
    AuditedStore.Description before = store.describe();
    AuditedStore.Description middle = store.describe();
    AuditedStore.Description after = store.describe();
    Map<Integer, Long> still = new HashMap<>();
    for (int partition : topic.partitions()) {
      long at = middle.applied().getOrDefault(partition, 0L);
      if (at == before.applied().getOrDefault(partition, 0L)
          && at == after.applied().getOrDefault(partition, 0L)
          && (at >= topic.position(partition) || isEmpty(partition))) {
        still.put(partition, Math.max(at, topic.position(partition)));
      }
    }
    topic.readTo(still, progress);
    for (int partition : topic.partitions()) {
      if (still.containsKey(partition)) {
        long rows = middle.rows().getOrDefault(partition, 0L);
        storeRows.put(partition, OptionalLong.of(rows));
      } else if (!isAt(partition)) {
        storeRows.put(partition, OptionalLong.empty());
      }
    }
  }

  /** A count that was taken stays true for the position, to which the topic has been read. */
  private boolean isAt(int partition) {
    return storeRows.getOrDefault(partition, OptionalLong.empty()).isPresent();
  }

  /** Of a partition without records the store may know nothing. */
  private boolean isEmpty(int partition) {
    return topic.position(partition) == topic.beginning(partition);
  }

  private List<PartitionCount> counts() {
    List<PartitionCount> counts = new ArrayList<>();
    for (int partition : topic.partitions()) {
      counts.add(
          new PartitionCount(
              partition,
              topic.beginning(partition),
              topic.position(partition),
              topic.rows().liveRows(partition),
              storeRows.getOrDefault(partition, OptionalLong.empty())));
    }
    return counts;
  }
}
