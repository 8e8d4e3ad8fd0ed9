package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ShardTenureTest {
  private int closings;

  private ShardTenure closed(CompletableFuture<?> predecessorClosed) {
    ShardTenure tenure = new ShardTenure(0, predecessorClosed);
    tenure.close(
        "taken",
        () -> {
          closings++;
          return CompletableFuture.completedFuture(null);
        });
    return tenure;
  }

  @Test
  void aTenureThatNeverBeganIsNotClosedBeforeTheOneItWaitsFor() {
    CompletableFuture<Boolean> slow = new CompletableFuture<>();
    ShardTenure second = closed(slow);
    ShardTenure third = new ShardTenure(0, second.closed());
    assertFalse(second.closed().isDone());
    assertFalse(third.isDue());
    slow.complete(true);
    assertTrue(third.isDue());
  }

  @Test
  void aPredecessorThatFailedToCloseIsAsDoneAsItWillBe() {
    assertTrue(
        closed(CompletableFuture.failedFuture(new IllegalStateException())).closed().isDone());
  }

  /** Its run may have been put away to begin again, and the shard is open. */
  @Test
  void theShardIsClosedThoughThereIsNoRun() {
    assertTrue(closed(CompletableFuture.completedFuture(null)).closed().isDone());
    assertEquals(1, closings);
  }
}
