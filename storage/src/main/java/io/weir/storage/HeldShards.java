package io.weir.storage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The shards of a collection with the states that they had at one moment, retained until closed.
 *
 * <p><b>Threads:</b> one.
 */
final class HeldShards implements AutoCloseable {

  /** A shard and a state of it. */
  record Held(LocalShard shard, ShardState state) {}

  private final List<Held> shards = new ArrayList<>();
  private final List<Held> successors = new ArrayList<>();

  private HeldShards() {}

  /** Retains the states of all; empty, and nothing is held, if one of them is closed by now. */
  static Optional<HeldShards> of(ShardMembers members) {
    HeldShards held = new HeldShards();
    if (hold(members.shards().values(), held.shards)
        && hold(members.successors().values(), held.successors)) {
      return Optional.of(held);
    }
    held.close();
    return Optional.empty();
  }

  private static boolean hold(Collection<LocalShard> wanted, List<Held> held) {
    for (LocalShard shard : wanted) {
      Optional<ShardState> state = shard.tryAcquire();
      if (state.isEmpty()) {
        return false;
      }
      held.add(new Held(shard, state.get()));
    }
    return true;
  }

  /** Those that are served, in order of partition. */
  List<Held> shards() {
    return shards;
  }

  /** Those that are made to take the places of others, in order of partition. */
  List<Held> successors() {
    return successors;
  }

  @Override
  public void close() {
    shards.forEach(held -> held.state().release());
    successors.forEach(held -> held.state().release());
  }
}
