package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The list of metrics in the manual is what a running Weir shows: names, kinds and labels. What the
 * files of {@code monitoring} ask for is among them.
 */
@Timeout(180)
class MetricsManualTest {

  @TempDir static Path directory;

  private static Map<String, MetricFamily> shown = Map.of();

  @BeforeAll
  static void scrape() throws Exception {
    shown = ScrapedWeir.families(directory);
  }

  @Test
  void everyMetricIsInTheManualAndTheManualHasNoOther() throws Exception {
    Map<String, MetricFamily> always = MetricFamily.documented("## Metrics");
    assertTrue(always.size() > 50, () -> MetricFamily.MANUAL + " has " + always.keySet());

    Map<String, MetricFamily> known = known();
    Set<String> unknown = new TreeSet<>(shown.keySet());
    unknown.removeAll(known.keySet());
    assertEquals(Set.of(), unknown, "shown, and not in " + MetricFamily.MANUAL);
    Set<String> missing = new TreeSet<>(always.keySet());
    missing.removeAll(shown.keySet());
    assertEquals(Set.of(), missing, "in " + MetricFamily.MANUAL + ", and not shown");
    shown.forEach((name, family) ->
        assertTrue(
            family.isLike(Objects.requireNonNull(known.get(name))), () -> name + " is " + family));
  }

  @Test
  void alertsAndDashboardAskForWhatThereIs() throws Exception {
    Map<String, MetricFamily> known = known();
    known.putAll(shown);
    List<Expression> asked = new ArrayList<>();
    MonitoringFiles.alerts().forEach(alert -> asked.add(alert.expression()));
    MonitoringFiles.panels().forEach(panel -> asked.addAll(panel.expressions()));
    asked.addAll(MonitoringFiles.variables());
    assertTrue(asked.size() > 80, () -> "only " + asked.size() + " expressions");
    List<String> wrong = asked.stream().flatMap(each -> each.misfits(known).stream()).toList();
    assertEquals(List.of(), wrong);
  }

  private static Map<String, MetricFamily> known() throws IOException {
    Map<String, MetricFamily> known = new TreeMap<>(MetricFamily.documented("## Metrics"));
    known.putAll(MetricFamily.documented("### May be missing"));
    return known;
  }
}
