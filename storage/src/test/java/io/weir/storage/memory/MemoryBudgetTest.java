package io.weir.storage.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private static final long MIB = 1 << 20;

  private final MemoryBudget budget = new MemoryBudget(8 * MIB);

  private MemorySegment allocate(Arena arena, long bytes) {
    return budget.tryAllocate(arena, bytes, 64).orElseThrow();
  }

  /** Takes blocks and gives them back. */
  private void useOnce(int blocks, long bytes) {
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < blocks; i++) {
        allocate(arena, bytes).fill((byte) 7);
      }
    }
    budget.release(blocks * bytes);
  }

  @Test
  void aBlockThatWasGivenBackIsHandedOutAgain() {
    long address;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment block = allocate(arena, MIB);
      block.fill((byte) 7);
      address = block.address();
    }
    budget.release(MIB);
    assertEquals(MIB, budget.spareBytes());
    try (Arena arena = Arena.ofShared()) {
      MemorySegment again = allocate(arena, MIB);
      assertEquals(address, again.address());
      assertEquals(0, budget.spareBytes());
    }
  }

  @Test
  void aBlockCannotBeReadOnceItsArenaIsClosedAlthoughItIsKept() {
    MemorySegment block;
    try (Arena arena = Arena.ofShared()) {
      block = allocate(arena, MIB);
    }
    assertThrows(IllegalStateException.class, () -> block.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void halfOfTheBudgetIsKeptAtMost() {
    useOnce(6, MIB);
    assertEquals(4 * MIB, budget.spareBytes());
  }

  @Test
  void whatIsSpareAndInUseIsNeverMoreThanTheBudget() {
    useOnce(4, MIB);
    try (Arena arena = Arena.ofShared()) {
      for (int i = 0; i < 4; i++) {
        allocate(arena, 3 * MIB / 2);
        assertTrue(
            budget.usedBytes() + budget.spareBytes() <= budget.limitBytes(),
            () -> budget.usedBytes() + " used, " + budget.spareBytes() + " spare");
      }
    }
  }

  @Test
  void smallOnesAreNotKept() {
    useOnce(6, MIB / 4);
    assertEquals(0, budget.spareBytes());
  }

  @Test
  void nothingIsKeptOnceItIsSaid() {
    useOnce(2, MIB);
    try (Arena arena = Arena.ofShared()) {
      allocate(arena, MIB);
      budget.keepNothing();
      assertEquals(0, budget.spareBytes());
    }
    assertEquals(0, budget.spareBytes());
  }
}
