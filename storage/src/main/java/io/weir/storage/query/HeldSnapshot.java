package io.weir.storage.query;

import io.weir.storage.memory.RefCounted;

/**
 * A snapshot that several searches, and those who score for them, hold at once.
 *
 * <p><b>Threads:</b> any.
 */
final class HeldSnapshot extends RefCounted {
  private final CollectionSnapshot snapshot;

  /** Takes over a snapshot. */
  HeldSnapshot(CollectionSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  protected void free() {
    snapshot.close();
  }
}
