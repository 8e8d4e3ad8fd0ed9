package io.weir.deploy.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files for Prometheus and Grafana, read. */
final class MonitoringFiles {

  private static final Path FOLDER = Path.of("monitoring");
  private static final JsonMapper JSON = new JsonMapper();

  /** {@code {{ $labels.collection }}} of alerts, {@code {{collection}}} of legends. */
  private static final Pattern SHOWN_LABEL =
      Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?([a-z_]+)\\s*}}");

  /** {@code label_values(metric{...}, label)}. */
  private static final Pattern LABEL_VALUES =
      Pattern.compile("label_values\\((.*),\\s*([a-z_]+)\\)");

  private MonitoringFiles() {}

  /**
   * A rule.
   *
   * @param expression when it fires
   * @param delay for how long that has to be so; empty for at once
   */
  record Alert(
      String name,
      Expression expression,
      String delay,
      String severity,
      String summary,
      String description) {}

  /**
   * What the dashboard shows in one place.
   *
   * @param node all that stands of it
   */
  record Panel(String title, List<Expression> expressions, JsonNode node) {}

  static JsonNode prometheus() throws IOException {
    return yaml("prometheus.yml");
  }

  static List<Alert> alerts() throws IOException {
    List<Alert> alerts = new ArrayList<>();
    for (JsonNode group : yaml("alerts.yml").path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        String name = rule.path("alert").asString();
        JsonNode annotations = rule.path("annotations");
        Set<String> shown = new TreeSet<>();
        annotations.forEach(text -> shown.addAll(shownLabels(text.asString())));
        alerts.add(
            new Alert(
                name,
                new Expression("alert " + name, rule.path("expr").asString(), shown),
                rule.path("for").asString(""),
                rule.path("labels").path("severity").asString(""),
                annotations.path("summary").asString(""),
                annotations.path("description").asString("")));
      }
    }
    return alerts;
  }

  static JsonNode dashboard() throws IOException {
    return JSON.readTree(Files.readString(FOLDER.resolve("dashboard.json")));
  }

  /** All that show something; rows do not. */
  static List<Panel> panels() throws IOException {
    List<Panel> panels = new ArrayList<>();
    for (JsonNode node : dashboard().path("panels")) {
      if (node.path("type").asString().equals("row")) {
        continue;
      }
      String title = node.path("title").asString();
      List<Expression> expressions = new ArrayList<>();
      for (JsonNode target : node.path("targets")) {
        expressions.add(
            new Expression(
                "panel " + title,
                target.path("expr").asString(),
                shownLabels(target.path("legendFormat").asString(""))));
      }
      panels.add(new Panel(title, expressions, node));
    }
    return panels;
  }

  /** What the dashboard can be narrowed to is asked for, too. */
  static List<Expression> variables() throws IOException {
    List<Expression> variables = new ArrayList<>();
    for (JsonNode variable : dashboard().path("templating").path("list")) {
      Matcher query = LABEL_VALUES.matcher(variable.path("query").path("query").asString(""));
      if (query.matches()) {
        variables.add(
            new Expression(
                "variable " + variable.path("name").asString(),
                MetricFamily.group(query, 1),
                Set.of(MetricFamily.group(query, 2))));
      }
    }
    return variables;
  }

  private static JsonNode yaml(String file) throws IOException {
    Map<String, Object> read =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(FOLDER.resolve(file)));
    return JSON.valueToTree(read);
  }

  private static Set<String> shownLabels(String text) {
    Set<String> labels = new TreeSet<>();
    Matcher label = SHOWN_LABEL.matcher(text);
    while (label.find()) {
      labels.add(MetricFamily.group(label, 1));
    }
    return labels;
  }
}
