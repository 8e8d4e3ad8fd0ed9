package io.weir.storage;

/** When the shards that are found on the disk are opened. */
public enum ShardOpening {
  /** All of them when the store is opened: for a process that has every partition. */
  AT_START,
  /**
   * Each by {@link VectorCollection#shard} alone: for a process that is told which partitions are
   * its own. Collections that are found are known by name and schema; their rows are not served
   * before that.
   */
  ON_DEMAND
}
