package io.weir.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bench.feed.Pause;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AckTimesTest {
  private static final long SECOND = 1_000_000_000;

  private final AckTimes times = new AckTimes();

  private void acknowledge(int partition, long offset) {
    times.add(new RecordMetadata(new TopicPartition("t", partition), offset, 0, 0, 0, 0));
  }

  @Test
  void aShardThatHasARecordAllTheWhilePauses() {
    acknowledge(1, 7);
    long now = System.nanoTime();
    assertEquals(SECOND, times.longest(List.of(new Pause(1, 7, now + SECOND, now + 2 * SECOND))));
  }

  @Test
  void aPauseBeginsWhenThereIsARecord() {
    long before = System.nanoTime();
    acknowledge(1, 70_000);
    // However long the machine has taken for the record, it was there before the pause ends.
    long half = 60 * SECOND;
    long longest = times.longest(List.of(new Pause(1, 70_000, before - half, before + half)));
    assertTrue(longest > 0 && longest <= half, () -> "pause of " + longest);
  }

  @Test
  void aShardWithoutARecordDoesNotPause() {
    acknowledge(1, 7);
    long now = System.nanoTime();
    assertEquals(
        0,
        times.longest(
            List.of(
                new Pause(1, 8, now, now + SECOND),
                new Pause(1, 1_000_000, now, now + SECOND),
                new Pause(2, 7, now, now + SECOND))));
  }
}
