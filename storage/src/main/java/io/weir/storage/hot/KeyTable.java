package io.weir.storage.hot;

import io.weir.storage.memory.MemoryBudget;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Finds the newest entry of a key: open addressing, linear probing, off-heap.
 *
 * <p>A slot is 0 when empty, else the high half of the key's hash beside 1 + entry. A key keeps its
 * slot for ever; a newer entry of the same key takes the older one's place in it. Grows by doubling
 * at four fifths full; the outgrown table stays until the arena closes, because readers may be in
 * it.
 *
 * <p><b>Threads:</b> one writer. Readers take no lock: (1) a slot is one aligned long, written with
 * release after the entry that it names is complete; (2) a reader that finds an entry too new for
 * its snapshot follows the entry's {@code previous} links back; (3) a table under a reader only
 * ever gets newer entries, and a reader that looked up the table before it was outgrown sees all
 * entries that were there then, so all of its snapshot.
 */
final class KeyTable {
  private static final int FIRST_SLOTS = 128;
  private static final VarHandle SLOT = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena;
  private final MemoryBudget budget;
  private volatile MemorySegment table = MemorySegment.NULL;
  private long slots;
  private long keys;
  private long allocatedBytes;

  KeyTable(Arena arena, MemoryBudget budget) {
    this.arena = arena;
    this.budget = budget;
  }

  /** Makes room for one more key; false, and nothing changed, if the budget is used up. */
  boolean ensure() {
    if (5 * (keys + 1) <= 4 * slots) {
      return true;
    }
    long wanted = slots == 0 ? FIRST_SLOTS : 2 * slots;
    long bytes = wanted * Long.BYTES;
    Optional<MemorySegment> room = budget.tryAllocate(arena, bytes, Long.BYTES);
    if (room.isEmpty()) {
      return false;
    }
    MemorySegment grown = room.get().fill((byte) 0);
    allocatedBytes += bytes;
    MemorySegment old = table;
    for (long i = 0; i < slots; i++) {
      long slot = old.getAtIndex(ValueLayout.JAVA_LONG, i);
      if (slot != 0) {
        long at = (slot >>> Integer.SIZE) & (wanted - 1);
        while (grown.getAtIndex(ValueLayout.JAVA_LONG, at) != 0) {
          at = (at + 1) & (wanted - 1);
        }
        grown.setAtIndex(ValueLayout.JAVA_LONG, at, slot);
      }
    }
    slots = wanted;
    table = grown;
    return true;
  }

  /**
   * Names the newest entry of a key.
   *
   * @param isKey says whether an entry has the key that is being put
   */
  void put(long hash, int entry, IntPredicate isKey) {
    MemorySegment now = table;
    long mask = slots - 1;
    long slot = slot(hash, entry);
    long at = (slot >>> Integer.SIZE) & mask;
    long there = now.getAtIndex(ValueLayout.JAVA_LONG, at);
    while (there != 0 && !(sameTag(there, hash) && isKey.test(entry(there)))) {
      at = (at + 1) & mask;
      there = now.getAtIndex(ValueLayout.JAVA_LONG, at);
    }
    if (there == 0) {
      keys++;
    }
    SLOT.setRelease(now, at * Long.BYTES, slot);
  }

  /** Returns the newest entry of a key, or {@link EntryTable#NONE}. */
  int find(long hash, IntPredicate isKey) {
    MemorySegment now = table;
    long mask = now.byteSize() / Long.BYTES - 1;
    if (mask < 0) {
      return EntryTable.NONE;
    }
    long at = (hash >>> Integer.SIZE) & mask;
    while (true) {
      long there = (long) SLOT.getAcquire(now, at * Long.BYTES);
      if (there == 0) {
        return EntryTable.NONE;
      }
      if (sameTag(there, hash) && isKey.test(entry(there))) {
        return entry(there);
      }
      at = (at + 1) & mask;
    }
  }

  /** Bytes of this table and of those that it has outgrown. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  /** Bytes of the table that is searched now, empty slots included. */
  long usedBytes() {
    return table.byteSize();
  }

  private static long slot(long hash, int entry) {
    return (hash & 0xffff_ffff_0000_0000L) | (entry + 1L);
  }

  private static boolean sameTag(long slot, long hash) {
    return slot >>> Integer.SIZE == hash >>> Integer.SIZE;
  }

  private static int entry(long slot) {
    return (int) slot - 1;
  }
}
