package io.weir.storage;

import java.util.OptionalLong;

/**
 * What a shard, a collection or a store consists of, in rows and bytes. Taking them reads no row;
 * what each is, and where it is read, stands in the module's README.
 *
 * @param rows rows
 * @param memory bytes of hot buffers
 * @param disk files
 * @param content parts of what lies in memory and on the disk together
 * @param mapped maps of segment files
 */
public record Figures(
    RowStats rows, MemoryStats memory, DiskStats disk, ContentStats content, MappedStats mapped) {

  /** Of nothing. */
  public static final Figures NONE =
      new Figures(
          new RowStats(0, 0, 0, 0, 0),
          new MemoryStats(0, 0),
          new DiskStats(0, 0, 0, 0, OptionalLong.of(0), 0),
          new ContentStats(0, 0, 0, 0),
          new MappedStats(0, 0, OptionalLong.of(0)));

  /**
   * Rows.
   *
   * @param live rows that a query can find, hot and cold; too high by at most {@code unresolved}
   * @param unresolved hot keys of which is not known whether they replaced a cold row: that would
   *     have to be read, and is by the next checkpoint or {@link VectorCollection#liveRows}
   * @param cold rows in segment files, dead ones included
   * @param dead rows in segment files that published dead marks have replaced
   * @param hot rows in memory that are not durable yet, those replaced meanwhile included
   */
  public record RowStats(long live, long unresolved, long cold, long dead, long hot) {
    RowStats plus(RowStats other) {
      return new RowStats(
          live + other.live,
          unresolved + other.unresolved,
          cold + other.cold,
          dead + other.dead,
          hot + other.hot);
    }
  }

  /**
   * Off-heap memory of hot buffers, those that are being written out included.
   *
   * @param hotAllocatedBytes bytes of slabs
   * @param hotUsedBytes bytes of slabs that hold something
   */
  public record MemoryStats(long hotAllocatedBytes, long hotUsedBytes) {
    MemoryStats plus(MemoryStats other) {
      return new MemoryStats(
          hotAllocatedBytes + other.hotAllocatedBytes, hotUsedBytes + other.hotUsedBytes);
    }
  }

  /**
   * Files.
   *
   * @param segments segment files
   * @param chunks chunks in them
   * @param openFiles files that are held open
   * @param logicalBytes committed lengths of the files that the newest manifest names, and its own
   * @param allocatedBytes bytes of the blocks of all files, of those about to be removed too; empty
   *     where the operating system does not say
   * @param pinnedBytes mapped bytes of segment files that were merged into others and have no name
   *     any more; their disk is free when the last query that reads them ends
   */
  public record DiskStats(
      long segments,
      long chunks,
      long openFiles,
      long logicalBytes,
      OptionalLong allocatedBytes,
      long pinnedBytes) {
    DiskStats plus(DiskStats other) {
      return new DiskStats(
          segments + other.segments,
          chunks + other.chunks,
          openFiles + other.openFiles,
          logicalBytes + other.logicalBytes,
          sum(allocatedBytes, other.allocatedBytes),
          pinnedBytes + other.pinnedBytes);
    }
  }

  /**
   * Parts of the bytes in hot buffers and segment files, replaced rows included.
   *
   * @param payloadBytes payloads, with up to three bytes of padding a chunk
   * @param indexBytes key indexes
   * @param fieldBytes values of declared fields: tables of hot buffers, columns of chunks
   * @param deadBytes vectors of dead rows in segment files: what a merge gives back, with their
   *     keys and payloads
   */
  public record ContentStats(long payloadBytes, long indexBytes, long fieldBytes, long deadBytes) {
    ContentStats plus(ContentStats other) {
      return new ContentStats(
          payloadBytes + other.payloadBytes,
          indexBytes + other.indexBytes,
          fieldBytes + other.fieldBytes,
          deadBytes + other.deadBytes);
    }
  }

  /**
   * Maps of segment files.
   *
   * @param maps how many; the operating system limits them for each process
   * @param bytes address space, not memory
   * @param residentBytes bytes of it whose pages are in memory; empty where the operating system
   *     does not say
   */
  public record MappedStats(long maps, long bytes, OptionalLong residentBytes) {
    MappedStats plus(MappedStats other) {
      return new MappedStats(
          maps + other.maps, bytes + other.bytes, sum(residentBytes, other.residentBytes));
    }
  }

  Figures plus(Figures other) {
    return new Figures(
        rows.plus(other.rows),
        memory.plus(other.memory),
        disk.plus(other.disk),
        content.plus(other.content),
        mapped.plus(other.mapped));
  }

  /** A sum of which a part is not known is not known. */
  static OptionalLong sum(OptionalLong one, OptionalLong other) {
    return one.isPresent() && other.isPresent()
        ? OptionalLong.of(one.getAsLong() + other.getAsLong())
        : OptionalLong.empty();
  }
}
