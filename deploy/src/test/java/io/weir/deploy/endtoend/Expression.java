package io.weir.deploy.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query of Prometheus, as far as it asks for metrics and labels. It is not checked whether it is
 * well-formed: {@code promtool} does that.
 *
 * @param place where it stands, for messages
 * @param text the query
 * @param shown labels that are shown of its result
 */
record Expression(String place, String text, Set<String> shown) {

  /** What Prometheus itself adds to what it scrapes. */
  private static final Set<String> ADDED_LABELS = Set.of("job", "instance");

  private static final String ADDED_METRIC = "up";

  /** Numbers, such as those of statuses, of which a scrape has only a few. */
  private static final Set<String> OPEN_LABELS = Set.of("status");

  /** Strings, ranges, numbers and durations, which name nothing, and names. */
  private static final Pattern TOKEN =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^\\]]*]|\\d[\\w.]*|[a-zA-Z_:][\\w:]*");

  private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
  private static final Set<String> LABEL_LISTS =
      Set.of("by", "without", "on", "ignoring", "group_left", "group_right");
  private static final Set<String> WORDS =
      Set.of("and", "or", "unless", "bool", "offset", "sum", "min", "max", "avg", "count", "topk");
  private static final List<String> HISTOGRAM_PARTS = List.of("_bucket", "_count", "_sum");
  private static final List<String> SUMMARY_PARTS = List.of("_count", "_sum");

  /** A metric that is asked for, with what stands in braces behind it. */
  private record Selector(String metric, String matchers) {}

  /** What it asks for and is not there, each in words. */
  List<String> misfits(Map<String, MetricFamily> known) {
    List<String> misfits = new ArrayList<>();
    List<Selector> selectors = new ArrayList<>();
    Set<String> labels = new TreeSet<>(shown);
    read(selectors, labels);
    if (selectors.isEmpty()) {
      misfits.add(place + " asks for nothing: " + text);
    }
    for (Selector selector : selectors) {
      if (selector.metric().equals(ADDED_METRIC)) {
        continue;
      }
      Optional<MetricFamily> family = family(selector.metric(), known);
      if (family.isEmpty()) {
        misfits.add(place + ": there is no metric " + selector.metric());
      } else {
        misfits.addAll(misfits(selector, family.get(), labels));
      }
    }
    return misfits;
  }

  private List<String> misfits(Selector selector, MetricFamily family, Set<String> labels) {
    List<String> misfits = new ArrayList<>();
    Set<String> wanted = new TreeSet<>(labels);
    Matcher matcher = MATCHER.matcher(selector.matchers());
    while (matcher.find()) {
      String label = MetricFamily.group(matcher, 1);
      wanted.add(label);
      Set<String> seen = family.values().getOrDefault(label, Set.of());
      String value = MetricFamily.group(matcher, 3);
      boolean open = OPEN_LABELS.contains(label) || ADDED_LABELS.contains(label);
      boolean exact = !MetricFamily.group(matcher, 2).contains("~");
      if (exact && !open && !seen.contains(value)) {
        misfits.add(
            place + ": " + selector.metric() + " has no " + matcher.group() + ", but " + seen);
      }
    }
    wanted.removeAll(family.labels());
    wanted.removeAll(ADDED_LABELS);
    if (selector.metric().endsWith("_bucket")) {
      wanted.remove("le");
    }
    if (!wanted.isEmpty()) {
      misfits.add(place + ": " + selector.metric() + " has no label " + wanted);
    }
    return misfits;
  }

  /** The family of which this is the name, or the name of a part. */
  private static Optional<MetricFamily> family(String metric, Map<String, MetricFamily> known) {
    for (Map.Entry<String, MetricFamily> each : known.entrySet()) {
      List<String> parts =
          switch (each.getValue().kind()) {
            case "histogram" -> HISTOGRAM_PARTS;
            case "summary" -> SUMMARY_PARTS;
            default -> List.of("");
          };
      if (parts.stream().anyMatch(part -> metric.equals(each.getKey() + part))) {
        return Optional.of(each.getValue());
      }
    }
    return Optional.empty();
  }

  /** Finds metrics, and labels that results are put together by. */
  private void read(List<Selector> selectors, Set<String> labels) {
    Matcher token = TOKEN.matcher(text);
    int at = 0;
    while (token.find(at)) {
      String word = MetricFamily.group(token, 0);
      at = token.end();
      if (!Character.isLetter(word.charAt(0)) || WORDS.contains(word)) {
        continue;
      }
      int next = at;
      while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
        next++;
      }
      char following = next < text.length() ? text.charAt(next) : ' ';
      if (LABEL_LISTS.contains(word)) {
        if (following == '(') {
          at = text.indexOf(')', next) + 1;
          for (String label : text.substring(next + 1, at - 1).split(",", -1)) {
            labels.add(label.strip());
          }
        }
      } else if (following == '{') {
        at = text.indexOf('}', next) + 1;
        selectors.add(new Selector(word, text.substring(next, at)));
      } else if (following != '(') {
        selectors.add(new Selector(word, ""));
      }
    }
  }
}
