package io.weir.storage;

import io.weir.storage.checkpoint.ShardBrokenException;
import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.ForceFailedException;
import io.weir.storage.io.NoSpaceException;
import java.util.Optional;

/**
 * What the latest commit of a shard says of its disk.
 *
 * <p>A force that fails once may be a sector that is replaced; the rows go to new files. One that
 * fails again right after it is a disk that must not be trusted.
 *
 * <p><b>Threads:</b> the checkpoint thread changes it, any reads.
 */
final class DiskTrouble {
  private static final int MOST_FAILED_FORCES = 2;

  private volatile State state = new State(ShardCondition.OK, Optional.empty(), 0);

  private record State(ShardCondition condition, Optional<String> detail, int failedForces) {}

  ShardCondition condition() {
    return state.condition();
  }

  /** What went wrong, while it does. */
  Optional<String> detail() {
    return state.detail();
  }

  boolean isReadOnly() {
    return condition() == ShardCondition.READ_ONLY;
  }

  /** What is written for people needs no name of a class before it. */
  private static String describe(Throwable failure) {
    boolean forPeople =
        failure instanceof NoSpaceException
            || failure instanceof ForceFailedException
            || failure instanceof CorruptFileException
            || failure instanceof ShardBrokenException;
    return forPeople ? String.valueOf(failure.getMessage()) : failure.toString();
  }

  /** A commit succeeded. */
  void none() {
    state = new State(ShardCondition.OK, Optional.empty(), 0);
  }

  /** A commit failed; returns whether that made the shard read-only. */
  boolean add(Throwable failure) {
    State before = state;
    int failedForces =
        failure instanceof ForceFailedException ? before.failedForces() + 1 : before.failedForces();
    ShardCondition condition =
        failedForces >= MOST_FAILED_FORCES || failure instanceof ShardBrokenException
            ? ShardCondition.READ_ONLY
            : failure instanceof NoSpaceException
                ? ShardCondition.NO_SPACE
                : ShardCondition.FAILING;
    state = new State(condition, Optional.of(describe(failure)), failedForces);
    return condition == ShardCondition.READ_ONLY && before.condition() != condition;
  }
}
