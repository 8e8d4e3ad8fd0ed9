package io.weir.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RoundsTest {

  @Test
  void warmUpIsShownAndDoesNotCount() {
    Rounds rounds = new Rounds(1);
    double[][] values = {{100, 1}, {2, 4}, {3, 4}, {8, 8}, {6, 4}};
    for (double[] value : values) {
      rounds.begin();
      rounds.add("weir", value[0]);
      rounds.add("plain", value[1]);
    }
    assertEquals(4.5, rounds.median("weir"));
    // Of the ratios of each round: 0.5, 0.75, 1, 1.5.
    assertEquals(0.875, rounds.medianRatio("weir", "plain"));
    assertEquals(5, rounds.figures("_ms").cases().size());
    assertEquals(true, rounds.figures("_ms").cases().getFirst().get("warm_up"));
    assertEquals(100.0, rounds.figures("_ms").cases().getFirst().get("weir_ms"));
  }
}
