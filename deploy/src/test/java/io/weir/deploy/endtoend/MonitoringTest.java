package io.weir.deploy.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.endtoend.MonitoringFiles.Alert;
import io.weir.deploy.endtoend.MonitoringFiles.Panel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The files of {@code monitoring} can be read, and by people, too. That what they ask for is there,
 * is held by {@link MetricsManualTest}.
 */
class MonitoringTest {

  private static final Set<String> SEVERITIES = Set.of("critical", "warning");
  private static final Pattern DURATION = Pattern.compile("\\d+[smh]");
  private static final Pattern ALERT_ROW = Pattern.compile("\\| `(Weir\\w+)` \\| .*");
  private static final int GRID_COLUMNS = 24;

  /** Text and states, and whatever is one thing of each. */
  private static final Set<String> UNITS =
      Set.of(
          "bool_on_off",
          "bytes",
          "Bps",
          "s",
          "ns",
          "ops",
          "reqps",
          "percentunit",
          "short",
          "none",
          "cps",
          "rps",
          "dateTimeFromNow");

  @Test
  void prometheusIsToldWhereAlertsAreAndWhomToAsk() throws IOException {
    JsonNode file = MonitoringFiles.prometheus();
    assertEquals("alerts.yml", file.path("rule_files").path(0).asString());
    JsonNode scrape = file.path("scrape_configs").path(0);
    assertEquals("weir", scrape.path("job_name").asString());
    assertEquals("/metrics", scrape.path("metrics_path").asString());
    assertEquals(
        "127.0.0.1:8080", scrape.path("static_configs").path(0).path("targets").path(0).asString());
  }

  @Test
  void everyAlertSaysHowBadItIsAndWhatItMeans() throws IOException {
    Set<String> names = new HashSet<>();
    for (Alert alert : MonitoringFiles.alerts()) {
      assertTrue(names.add(alert.name()), () -> alert.name() + " is there twice");
      assertTrue(SEVERITIES.contains(alert.severity()), alert::toString);
      assertTrue(
          alert.delay().isEmpty() || DURATION.matcher(alert.delay()).matches(), alert::toString);
      assertTrue(alert.summary().contains("{{"), () -> "of what? " + alert);
      assertTrue(alert.description().length() > 40, alert::toString);
    }
    assertTrue(names.size() > 20, names::toString);
  }

  @Test
  void theManualListsTheAlerts() throws IOException {
    List<String> listed = new ArrayList<>();
    for (String line : Files.readAllLines(MetricFamily.MANUAL)) {
      Matcher row = ALERT_ROW.matcher(line);
      if (row.matches()) {
        listed.add(MetricFamily.group(row, 1));
      }
    }
    assertEquals(MonitoringFiles.alerts().stream().map(Alert::name).toList(), listed);
  }

  @Test
  void theDashboardCanBeImportedWithAnyDataSource() throws IOException {
    JsonNode dashboard = MonitoringFiles.dashboard();
    assertTrue(dashboard.path("id").isNull(), "an id is one of somebody's Grafana");
    assertEquals("weir", dashboard.path("uid").asString());
    Map<String, JsonNode> variables = new TreeMap<>();
    dashboard
        .path("templating")
        .path("list")
        .forEach(one -> variables.put(one.path("name").asString(), one));
    assertEquals(Set.of("collection", "datasource", "instance", "job"), variables.keySet());
    assertEquals(3, MonitoringFiles.variables().size());
    Set<String> sources = new HashSet<>();
    dashboard.findValues("datasource").forEach(one -> sources.add(one.path("uid").asString("")));
    assertEquals(Set.of("${datasource}"), sources);
  }

  @Test
  void everyPanelSaysWhatItShowsAndInWhichUnit() throws IOException {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : MonitoringFiles.dashboard().path("panels")) {
      assertTrue(ids.add(panel.path("id").asInt()), panel::toString);
    }
    Set<String> titles = new HashSet<>();
    for (Panel panel : MonitoringFiles.panels()) {
      assertTrue(titles.add(panel.title()), () -> panel.title() + " is there twice");
      JsonNode node = panel.node();
      assertTrue(node.path("description").asString("").length() > 20, panel::title);
      JsonNode unit = node.path("fieldConfig").path("defaults").path("unit");
      assertTrue(UNITS.contains(unit.asString("")), () -> panel.title() + ": " + unit);
      assertFalse(panel.expressions().isEmpty(), panel::title);
      for (JsonNode target : node.path("targets")) {
        assertFalse(target.path("legendFormat").asString("").isEmpty(), panel::title);
      }
    }
  }

  @Test
  void noPanelLiesOverAnother() throws IOException {
    Set<String> taken = new HashSet<>();
    for (JsonNode panel : MonitoringFiles.dashboard().path("panels")) {
      JsonNode place = panel.path("gridPos");
      int left = place.path("x").asInt();
      int top = place.path("y").asInt();
      assertTrue(left + place.path("w").asInt() <= GRID_COLUMNS, panel::toString);
      for (int x = left; x < left + place.path("w").asInt(); x++) {
        for (int y = top; y < top + place.path("h").asInt(); y++) {
          assertTrue(taken.add(x + "," + y), () -> "under " + panel.path("title").asString());
        }
      }
    }
  }

  @Test
  void everyPartOfWeirHasARow() throws IOException {
    List<String> rows = new ArrayList<>();
    for (JsonNode panel : MonitoringFiles.dashboard().path("panels")) {
      if (panel.path("type").asString().equals("row")) {
        rows.add(panel.path("title").asString());
      }
    }
    assertEquals(
        List.of(
            "Overview",
            "Ingest",
            "Freshness",
            "Checkpoints and merges",
            "Storage",
            "Search",
            "HTTP",
            "Watch",
            "JVM and process"),
        rows);
  }
}
