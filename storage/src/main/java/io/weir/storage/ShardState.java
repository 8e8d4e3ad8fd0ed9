package io.weir.storage;

import io.weir.storage.hot.HotBuffer;
import io.weir.storage.hot.HotSnapshot;
import io.weir.storage.memory.RefCounted;
import io.weir.storage.query.LiveRows;
import io.weir.storage.query.ShardView;
import io.weir.storage.record.KeyHash;
import io.weir.storage.segment.ColdView;
import io.weir.storage.segment.SegmentFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a shard consists of between two changes of its parts: the buffer that is written to, perhaps
 * one that a checkpoint is writing out, and the published chunks.
 *
 * <p><b>Ownership:</b> holds a reference to every part, from construction to the last release. A
 * reader retains the state and with it all parts.
 */
final class ShardState extends RefCounted {
  private final Layer active;
  private final Optional<Layer> frozen;
  private final ColdView cold;
  private final List<SegmentFile> segments;

  /** A hot buffer and the count of live rows that goes with it. */
  record Layer(HotBuffer buffer, LiveRows liveRows) {
    static Layer of(HotBuffer buffer) {
      return new Layer(buffer, new LiveRows());
    }
  }

  /** Retains every part. */
  ShardState(Layer active, Optional<Layer> frozen, ColdView cold, List<SegmentFile> segments) {
    this.active = active;
    this.frozen = frozen;
    this.cold = cold;
    this.segments = segments;
    active.buffer().retain();
    frozen.ifPresent(layer -> layer.buffer().retain());
    segments.forEach(SegmentFile::retain);
  }

  Layer active() {
    return active;
  }

  Optional<Layer> frozen() {
    return frozen;
  }

  ColdView cold() {
    return cold;
  }

  List<SegmentFile> segments() {
    return segments;
  }

  /** The layers, newest first. */
  List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    layers.add(active);
    frozen.ifPresent(layers::add);
    return layers;
  }

  /** What can be seen now; valid while the caller holds a reference to this state. */
  ShardView view(int partition, KeyHash keyHash) {
    List<HotSnapshot> hot = layers().stream().map(layer -> layer.buffer().snapshot()).toList();
    return new ShardView(partition, hot, cold, keyHash);
  }

  @Override
  protected void free() {
    active.buffer().release();
    frozen.ifPresent(layer -> layer.buffer().release());
    segments.forEach(SegmentFile::release);
  }
}
