package io.weir.storage;

import java.util.UUID;

/** The topic behind a shard is not the one that its rows came from. */
public final class SourceChangedException extends Exception {

  /** Names both ids. */
  public SourceChangedException(String shard, UUID stored, UUID found) {
    super(
        shard
            + " holds rows of topic id "
            + stored
            + " but the topic now has id "
            + found
            + ": it was deleted and made again, so its offsets mean other records");
  }
}
