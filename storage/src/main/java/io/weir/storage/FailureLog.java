package io.weir.storage;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * Says once that the checkpoints of a shard fail, once a minute that they still do, and once that
 * they succeed again: they are tried each second.
 *
 * <p><b>Threads:</b> one.
 */
final class FailureLog {
  private static final long AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Logger log;
  private final Map<String, Long> toldNanos = new HashMap<>();

  FailureLog(Logger log) {
    this.log = log;
  }

  /** Tells what became of a shard's checkpoint. */
  void tell(String shard, Optional<String> failure) {
    Long told = toldNanos.get(shard);
    if (failure.isEmpty()) {
      if (told != null) {
        toldNanos.remove(shard);
        log.info("checkpoints of {} succeed again", shard);
      }
    } else if (told == null || System.nanoTime() - told >= AGAIN_NANOS) {
      toldNanos.put(shard, System.nanoTime());
      log.error("checkpoint of {} failed, it is tried again each second: {}", shard, failure.get());
    } else {
      log.debug("checkpoint of {} failed: {}", shard, failure.get());
    }
  }
}
