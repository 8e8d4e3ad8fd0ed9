package io.weir.bench;

import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Several contestants that take turns, round after round. The first rounds warm up: they are shown
 * as cases and do not count.
 */
final class Rounds {
  private final int warmUp;
  private final List<Map<String, Double>> rounds = new ArrayList<>();

  Rounds(int warmUp) {
    this.warmUp = warmUp;
  }

  /** Begins a round. */
  void begin() {
    rounds.add(new LinkedHashMap<>());
  }

  /** Adds what a contestant reached in this round. */
  void add(String contestant, double value) {
    rounds.getLast().put(contestant, value);
  }

  /** The median of a contestant. */
  double median(String contestant) {
    return Figures.median(counted().stream().map(round -> value(round, contestant)).toList());
  }

  /** The median of one contestant over another, each pair from the same round. */
  double medianRatio(String contestant, String over) {
    return Figures.median(
        counted().stream().map(round -> value(round, contestant) / value(round, over)).toList());
  }

  /** Figures without any yet, with every round as a case whose names end so. */
  Figures figures(String ending) {
    Figures figures = new Figures();
    for (int number = 0; number < rounds.size(); number++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("round", number + 1);
      row.put("warm_up", number < warmUp);
      rounds.get(number).forEach((contestant, value) -> row.put(contestant + ending, value));
      figures.addCase(row);
    }
    return figures;
  }

  /**
   * A chart of all rounds that count.
   *
   * @param unit what the heights are
   * @param times what a value is multiplied with to be in that unit
   */
  Chart chart(String title, String unit, double times) {
    Chart chart = new Chart(title, "round", unit);
    for (int number = warmUp; number < rounds.size(); number++) {
      String group = String.valueOf(number + 1);
      rounds
          .get(number)
          .forEach((contestant, value) -> chart.bar(contestant, group, value * times));
    }
    rounds
        .getLast()
        .keySet()
        .forEach(contestant -> chart.bar(contestant, "median", median(contestant) * times));
    return chart;
  }

  private List<Map<String, Double>> counted() {
    return rounds.subList(warmUp, rounds.size());
  }

  private static double value(Map<String, Double> round, String contestant) {
    return Objects.requireNonNull(round.get(contestant), contestant);
  }
}
