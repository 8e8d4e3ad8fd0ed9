package io.weir.api.work;

import java.util.function.BooleanSupplier;

/**
 * Something that may wait for a disk or use a core for long.
 *
 * @param <T> what it results in
 */
@FunctionalInterface
public interface Work<T> {

  /**
   * Does it, on a thread of the pool. The thread is never interrupted.
   *
   * @param cancelled true as soon as nobody waits for the result any more
   */
  T run(BooleanSupplier cancelled) throws Exception;
}
