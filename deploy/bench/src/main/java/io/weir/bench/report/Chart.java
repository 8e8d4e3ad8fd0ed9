package io.weir.bench.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A chart of bars: groups side by side, in each group one bar a series. */
public final class Chart {
  private final String title;
  private final String groupsAre;
  private final String valuesAre;
  private final List<Bar> bars = new ArrayList<>();
  private final List<Limit> limits = new ArrayList<>();

  /**
   * A chart without bars.
   *
   * @param title what is seen
   * @param groupsAre what the groups are, below the horizontal axis
   * @param valuesAre what the heights are, with their unit, beside the vertical axis
   */
  public Chart(String title, String groupsAre, String valuesAre) {
    this.title = title;
    this.groupsAre = groupsAre;
    this.valuesAre = valuesAre;
  }

  /**
   * One bar.
   *
   * @param series who
   * @param group what of it
   * @param value how high
   */
  record Bar(String series, String group, double value) {}

  /**
   * A line across.
   *
   * @param label what it is
   * @param value at which height
   */
  record Limit(String label, double value) {}

  /** Adds a bar. */
  public void bar(String series, String group, double value) {
    bars.add(new Bar(series, group, value));
  }

  /** Adds a line at what should not, or should, be passed. */
  public void limit(String label, double value) {
    limits.add(new Limit(label, value));
  }

  String title() {
    return title;
  }

  String groupsAre() {
    return groupsAre;
  }

  String valuesAre() {
    return valuesAre;
  }

  List<Bar> bars() {
    return Collections.unmodifiableList(bars);
  }

  List<Limit> limits() {
    return Collections.unmodifiableList(limits);
  }
}
