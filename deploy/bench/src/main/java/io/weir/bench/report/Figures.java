package io.weir.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a bench found: figures by name, each the median of its repetitions; the repetitions
 * themselves as cases; and charts of them.
 */
public final class Figures {
  private final Map<String, Double> byName = new LinkedHashMap<>();
  private final Map<String, String> goals = new LinkedHashMap<>();
  private final List<Map<String, Object>> cases = new ArrayList<>();
  private final List<Chart> charts = new ArrayList<>();

  /** Adds a figure. */
  public void add(String name, double value) {
    byName.put(name, value);
  }

  /** Adds a figure and what it should be, such as {@code "<= 1.01"}. */
  public void add(String name, double value, String goal) {
    byName.put(name, value);
    goals.put(name, goal);
  }

  /** Adds a repetition. */
  public void addCase(Map<String, Object> repetition) {
    cases.add(repetition);
  }

  /** Adds a chart; they stand one below the other. */
  public void addChart(Chart chart) {
    charts.add(chart);
  }

  /** The figures, in the order in which they were added. */
  public Map<String, Double> byName() {
    return Collections.unmodifiableMap(byName);
  }

  /** What a figure should be; empty if nothing is asked of it. */
  public String goal(String name) {
    return goals.getOrDefault(name, "");
  }

  /** The repetitions. */
  public List<Map<String, Object>> cases() {
    return Collections.unmodifiableList(cases);
  }

  /** The charts. */
  public List<Chart> charts() {
    return Collections.unmodifiableList(charts);
  }

  /** Returns the median of what was measured. */
  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
