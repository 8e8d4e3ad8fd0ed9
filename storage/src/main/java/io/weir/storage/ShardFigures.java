package io.weir.storage;

import io.weir.storage.Figures.ContentStats;
import io.weir.storage.Figures.DiskStats;
import io.weir.storage.Figures.MappedStats;
import io.weir.storage.Figures.MemoryStats;
import io.weir.storage.Figures.RowStats;
import io.weir.storage.ShardState.Layer;
import io.weir.storage.checkpoint.DurableShard;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.query.LiveRows;
import io.weir.storage.query.ShardView;
import io.weir.storage.segment.ColdChunk;
import io.weir.storage.segment.MappedChunk;
import io.weir.storage.segment.SegmentFile;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Takes the figures of one shard: from its buffers, from the headers of its chunks that are in the
 * heap, and from the operating system. Reads no byte of a map, waits for no checkpoint and holds
 * nobody up.
 *
 * @param held the state, which the caller holds: no map goes while its pages are counted
 * @param view what can be seen of it
 * @param durable what is on the disk
 * @param os who counts pages
 */
record ShardFigures(ShardState held, ShardView view, DurableShard durable, OperatingSystem os) {

  /**
   * Takes them.
   *
   * @throws IOException if the shard's folder cannot be listed
   */
  Figures take() throws IOException {
    return new Figures(rows(), memory(), disk(durable.allocatedBytes()), content(), mapped());
  }

  /** Takes those for which no folder must be listed. */
  Figures takeWithoutBlocks() {
    return new Figures(rows(), memory(), disk(OptionalLong.empty()), content(), mapped());
  }

  private List<HotBuffer.Figures> hot() {
    return held.layers().stream().map(layer -> layer.buffer().figures()).toList();
  }

  private List<MappedChunk> chunks() {
    return held.cold().chunks().stream().map(ColdChunk::chunk).toList();
  }

  private RowStats rows() {
    long live = held.cold().rows() - held.cold().deadRows();
    long unresolved = 0;
    List<Layer> layers = held.layers();
    for (int layer = layers.size() - 1; layer >= 0; layer--) {
      LiveRows.Guess guess = layers.get(layer).liveRows().atMost(view, layer);
      live += guess.most();
      unresolved += guess.unresolved();
    }
    return new RowStats(
        live,
        unresolved,
        held.cold().rows(),
        held.cold().deadRows(),
        view.hot().stream().mapToLong(snapshot -> snapshot.vectors()).sum());
  }

  private MemoryStats memory() {
    List<HotBuffer.Figures> hot = hot();
    return new MemoryStats(
        hot.stream().mapToLong(HotBuffer.Figures::allocatedBytes).sum(),
        hot.stream().mapToLong(HotBuffer.Figures::usedBytes).sum());
  }

  private DiskStats disk(OptionalLong allocatedBytes) {
    return new DiskStats(
        held.segments().size(),
        held.cold().chunks().size(),
        held.segments().stream().filter(SegmentFile::isOpen).count()
            + durable.contents().deadFiles().size(),
        durable.contents().bytes() + durable.manifestBytes(),
        allocatedBytes,
        durable.pinnedFiles().stream().mapToLong(SegmentFile::mappedBytes).sum());
  }

  private ContentStats content() {
    List<HotBuffer.Figures> hot = hot();
    List<MappedChunk> chunks = chunks();
    return new ContentStats(
        hot.stream().mapToLong(HotBuffer.Figures::payloadBytes).sum()
            + chunks.stream().mapToLong(MappedChunk::payloadBytes).sum(),
        hot.stream().mapToLong(HotBuffer.Figures::indexBytes).sum()
            + chunks.stream().mapToLong(MappedChunk::indexBytes).sum(),
        hot.stream().mapToLong(HotBuffer.Figures::fieldBytes).sum()
            + chunks.stream().mapToLong(MappedChunk::fieldBytes).sum(),
        held.cold().chunks().stream().mapToLong(ColdChunk::deadBytes).sum());
  }

  private MappedStats mapped() {
    return new MappedStats(
        held.segments().stream().mapToLong(SegmentFile::maps).sum(),
        held.segments().stream().mapToLong(SegmentFile::mappedBytes).sum(),
        chunks().stream()
            .map(chunk -> os.residentBytes(chunk.memory()))
            .reduce(OptionalLong.of(0), Figures::sum));
  }
}
