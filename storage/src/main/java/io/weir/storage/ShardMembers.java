package io.weir.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shards of a collection at one moment, by partition; never changed, but replaced as a whole,
 * so that whoever looks sees exactly one of a shard and its successor.
 *
 * @param shards those that are served
 * @param successors those that are made to take their places
 */
record ShardMembers(
    SortedMap<Integer, LocalShard> shards, SortedMap<Integer, LocalShard> successors) {

  static final ShardMembers NONE = new ShardMembers(new TreeMap<>(), new TreeMap<>());

  /** Copies. */
  ShardMembers {
    shards = Collections.unmodifiableSortedMap(new TreeMap<>(shards));
    successors = Collections.unmodifiableSortedMap(new TreeMap<>(successors));
  }

  Optional<LocalShard> shard(int partition) {
    return Optional.ofNullable(shards.get(partition));
  }

  Optional<LocalShard> successor(int partition) {
    return Optional.ofNullable(successors.get(partition));
  }

  /** All shards, served or not. */
  List<LocalShard> all() {
    List<LocalShard> all = new ArrayList<>(shards.values());
    all.addAll(successors.values());
    return all;
  }

  /** With another shard in the place of its partition. */
  ShardMembers with(LocalShard shard) {
    SortedMap<Integer, LocalShard> changed = new TreeMap<>(shards);
    changed.put(shard.partition(), shard);
    return new ShardMembers(changed, successors);
  }

  ShardMembers without(int partition) {
    SortedMap<Integer, LocalShard> changed = new TreeMap<>(shards);
    changed.remove(partition);
    return new ShardMembers(changed, successors);
  }

  ShardMembers withSuccessor(LocalShard successor) {
    SortedMap<Integer, LocalShard> changed = new TreeMap<>(successors);
    changed.put(successor.partition(), successor);
    return new ShardMembers(shards, changed);
  }

  ShardMembers withoutSuccessor(int partition) {
    SortedMap<Integer, LocalShard> changed = new TreeMap<>(successors);
    changed.remove(partition);
    return new ShardMembers(shards, changed);
  }
}
