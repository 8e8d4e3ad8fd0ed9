package io.weir.bench.os;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CpuTimesTest {
  private static final String BEFORE = "cpu  100 0 50 800 10 0 5 35 7 7\ncpu0 1 2 3\n";
  private static final String AFTER = "cpu  150 0 60 810 10 0 5 65 9 9\ncpu0 1 2 3\n";

  @Test
  void stolenTimeIsAPartOfAllTimeBetween() {
    CpuTimes before = CpuTimes.parse(BEFORE);
    assertEquals(new CpuTimes(1_000, 35), before);
    assertEquals(0.3, CpuTimes.parse(AFTER).stolenShareSince(before), 1e-9);
    assertEquals(0, before.stolenShareSince(before));
  }
}
