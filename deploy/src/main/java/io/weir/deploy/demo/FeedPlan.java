package io.weir.deploy.demo;

import java.io.IOException;
import java.util.Arrays;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/**
 * Which records of a source a topic still lacks.
 *
 * <p>A partition gets its records in the source's order, from one idempotent producer that never
 * gives a record up, so what is there is a prefix of what belongs there, also after a crash: a
 * partition that ends at offset n has the first n of its records. How far the partitions have come
 * may differ. Nothing else needs to be remembered; that the topic really holds this source's
 * records is checked on the last record of each partition.
 */
final class FeedPlan {

  private final long[] present;
  private final long presentInAll;

  private FeedPlan(long[] present) {
    this.present = present;
    this.presentInAll = Arrays.stream(present).sum();
  }

  /**
   * Compares a source with what a topic holds.
   *
   * @throws IOException if the topic holds something else, or more
   */
  static FeedPlan of(RecordSource source, String topic, TopicTail tail) throws IOException {
    int partitions = tail.partitions().size();
    FeedPlan plan =
        new FeedPlan(
            tail.partitions().stream().mapToLong(TopicTail.Partition::nextOffset).toArray());
    long[] seen = new long[partitions];
    long found = 0;
    for (long index = 0; index < source.size() && found < plan.presentInAll; index++) {
      int partition = partition(source.key(index), partitions);
      if (seen[partition] < plan.present[partition]) {
        seen[partition]++;
        found++;
        if (seen[partition] == plan.present[partition]) {
          check(source, index, topic, tail.partitions().get(partition));
        }
      }
    }
    if (found < plan.presentInAll) {
      throw new DemoException(
          "topic "
              + topic
              + " already holds "
              + plan.presentInAll
              + " records, more than the "
              + source.size()
              + " of this run; use another folder or the same options as before");
    }
    return plan;
  }

  private static void check(
      RecordSource source, long index, String topic, TopicTail.Partition partition)
      throws IOException {
    boolean same =
        partition
            .last()
            .filter(last ->
                Arrays.equals(source.key(index), last.key())
                    && Arrays.equals(source.value(index), last.value()))
            .isPresent();
    if (!same) {
      throw new DemoException(
          "topic "
              + topic
              + " holds other records than this run would send: another JDK, or other options,"
              + " filled it; use another folder");
    }
  }

  /** Returns the partition that Kafka's own producer would choose. */
  static int partition(byte[] key, int partitions) {
    return BuiltInPartitioner.partitionForKey(key, partitions);
  }

  int partitions() {
    return present.length;
  }

  /** Records of a partition that are there. */
  long present(int partition) {
    return present[partition];
  }

  /** Records that are there, all partitions together. */
  long present() {
    return presentInAll;
  }
}
