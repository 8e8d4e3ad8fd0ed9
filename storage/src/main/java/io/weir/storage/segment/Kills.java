package io.weir.storage.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What has killed rows of one chunk since the chunk was written: a killing offset a row, in pages
 * that are made when their first row dies.
 *
 * <p>All views of a chunk share one. A view counts a row as dead only if it was killed below the
 * view's position, so marks of a later checkpoint mean nothing to an earlier view, and adding them
 * costs no copy.
 *
 * <p><b>Threads:</b> one writes, any read; a reader sees all marks that were put before the view
 * that it holds was published.
 */
final class Kills {
  private static final int PAGE_ROWS = 512;
  private static final VarHandle KILL = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

  /** 0 is no killing offset: what kills a row came after it. */
  private static final long NONE = 0;

  private final long[][] pages;

  Kills(int rows) {
    this.pages = new long[(rows + PAGE_ROWS - 1) / PAGE_ROWS][];
  }

  /** The offset of the record that replaced a row, or {@link ChunkSource#ALIVE}. */
  long of(int row) {
    long[] page = (long[]) PAGE.getAcquire(pages, row / PAGE_ROWS);
    if (page == null) {
      return ChunkSource.ALIVE;
    }
    long kill = (long) KILL.getOpaque(page, row % PAGE_ROWS);
    return kill == NONE ? ChunkSource.ALIVE : kill;
  }

  /** Marks a row; false, and nothing changed, if it was dead already. */
  boolean put(int row, long killingOffset) {
    long[] page = (long[]) PAGE.get(pages, row / PAGE_ROWS);
    if (page == null) {
      page = new long[PAGE_ROWS];
      PAGE.setRelease(pages, row / PAGE_ROWS, page);
    }
    if (page[row % PAGE_ROWS] != NONE) {
      return false;
    }
    KILL.setOpaque(page, row % PAGE_ROWS, killingOffset);
    return true;
  }

  /** Receives marks. */
  @FunctionalInterface
  interface Visitor {
    /** A row and what killed it. */
    void killed(int row, long killingOffset);
  }

  /** Visits every mark, in the order of the rows. */
  void forEach(Visitor visitor) {
    for (int page = 0; page < pages.length; page++) {
      long[] kills = (long[]) PAGE.getAcquire(pages, page);
      for (int i = 0; kills != null && i < PAGE_ROWS; i++) {
        long kill = (long) KILL.getOpaque(kills, i);
        if (kill != NONE) {
          visitor.killed(page * PAGE_ROWS + i, kill);
        }
      }
    }
  }
}
