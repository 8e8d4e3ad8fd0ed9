package io.weir.storage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.testing.Trials;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Random histories, and what readers are told of their changes, against the log. */
@Timeout(3_000)
class ChangesHistoryTest {

  @Test
  void eachChangeIsToldOnce() throws Exception {
    run(300);
  }

  @Test
  @Tag("heavy")
  void eachChangeOfManyHistoriesIsToldOnce() throws Exception {
    run(30_000);
  }

  private static void run(int histories) throws Exception {
    AtomicLong told = new AtomicLong();
    Trials.run(
        histories,
        (_, random) -> {
          ChangesHistory history = new ChangesHistory(random);
          history.run();
          told.addAndGet(history.told());
        });
    assertTrue(told.get() > 0, Trials::rerun);
  }
}
