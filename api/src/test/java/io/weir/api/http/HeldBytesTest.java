package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class HeldBytesTest {

  private static final int FREE = HeldBytes.FREE_BYTES;

  private final HeldBytes held = new HeldBytes("bodies", 100);

  @Test
  void whatEachHasAtFirstIsNotCounted() {
    held.share().growTo(FREE);
    assertEquals(0, held.heldBytes());
  }

  @Test
  void sharesAreBoundedTogetherAndGivenBack() {
    HeldBytes.Share one = held.share();
    HeldBytes.Share other = held.share();
    one.growTo(FREE + 60);
    other.growTo(FREE + 40);
    assertEquals(100, held.heldBytes());
    assertOverloaded(other, FREE + 41);
    assertEquals(100, held.heldBytes(), "what is refused is not counted");
    one.release();
    one.release();
    other.growTo(FREE + 41);
    assertEquals(41, held.heldBytes());
    other.release();
    assertEquals(0, held.heldBytes());
  }

  @Test
  void oneThatIsAloneMayBeOfAnySize() {
    HeldBytes.Share alone = held.share();
    alone.growTo(FREE + 101);
    alone.growTo(FREE + 1_000);
    HeldBytes.Share other = held.share();
    other.growTo(FREE);
    assertOverloaded(other, FREE + 1);
    alone.release();
    assertEquals(0, held.heldBytes());
  }

  @Test
  void whatIsOverGrowsNoMore() {
    HeldBytes.Share over = held.share();
    over.release();
    over.growTo(FREE + 50);
    assertEquals(0, held.heldBytes());
  }

  private static void assertOverloaded(HeldBytes.Share share, long bytes) {
    ProblemException refused = assertThrows(ProblemException.class, () -> share.growTo(bytes));
    assertEquals(ProblemType.OVERLOADED, refused.problem().type());
  }
}
