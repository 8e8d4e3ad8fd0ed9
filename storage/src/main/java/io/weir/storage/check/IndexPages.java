package io.weir.storage.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The slots of a chunk's key index, read a page at a time and kept as far as 16 MiB go; that is
 * some three million rows. A larger index is read page by page as it is asked for.
 */
final class IndexPages {
  private static final int PAGE_BYTES = 4 << 10;
  private static final int SLOTS_IN_PAGE = PAGE_BYTES / ChunkHead.SLOT_BYTES;
  private static final int MAX_PAGES = 4 << 10;

  private final InputFile file;
  private final long start;
  private final int slots;
  private final @Nullable ByteBuffer[] pages;
  private final int[] numbers;

  IndexPages(InputFile file, ChunkHead chunk) {
    this.file = file;
    this.start = chunk.indexAt();
    this.slots = chunk.slots();
    int count = Math.min(MAX_PAGES, slots / SLOTS_IN_PAGE + 1);
    this.pages = new ByteBuffer[count];
    this.numbers = new int[count];
  }

  int slot(int at) throws IOException {
    int number = at / SLOTS_IN_PAGE;
    int place = number % pages.length;
    ByteBuffer page = pages[place];
    if (page == null || numbers[place] != number) {
      int first = number * SLOTS_IN_PAGE;
      int bytes = Math.min(SLOTS_IN_PAGE, slots - first) * ChunkHead.SLOT_BYTES;
      page = file.read(start + (long) first * ChunkHead.SLOT_BYTES, bytes);
      pages[place] = page;
      numbers[place] = number;
    }
    return page.getInt(at % SLOTS_IN_PAGE * ChunkHead.SLOT_BYTES);
  }
}
