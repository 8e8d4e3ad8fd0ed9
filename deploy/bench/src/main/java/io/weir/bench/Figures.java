package io.weir.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bench found: figures by name, each the median of its repetitions, and the repetitions
 * themselves as cases.
 */
final class Figures {
  private final Map<String, Double> byName = new LinkedHashMap<>();
  private final List<Map<String, Object>> cases = new ArrayList<>();

  /** Adds a figure. */
  Figures with(String name, double value) {
    byName.put(name, value);
    return this;
  }

  /** Adds a repetition. */
  void addCase(Map<String, Object> repetition) {
    cases.add(repetition);
  }

  Map<String, Double> byName() {
    return byName;
  }

  List<Map<String, Object>> cases() {
    return cases;
  }

  /** The median of what was measured. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
