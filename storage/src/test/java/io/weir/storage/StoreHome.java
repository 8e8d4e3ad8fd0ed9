package io.weir.storage;

import java.io.IOException;

/** Where a {@link RandomHistory} keeps its store. */
interface StoreHome {

  /** Opens the store, which is not open. */
  VectorStore open(StoreOptions options) throws IOException;

  /** A checkpoint has said that a shard is durable up to an offset. */
  default void acknowledge(int shard, long nextOffset) {}

  /** Whether it can lose power. */
  default boolean isLossy() {
    return false;
  }

  /**
   * The power goes, at any moment since the store was last opened.
   *
   * @return the position that a shard must at least have afterwards
   */
  default long[] losePower(int shards) {
    throw new UnsupportedOperationException();
  }
}
