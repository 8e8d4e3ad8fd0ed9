package io.weir.deploy.shard;

import io.weir.deploy.client.WeirConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Prints a line a shard: how far it is, and what keeps it. */
@Command(
    name = "list",
    description = "Show every shard: how far it is, and what keeps it from going on.",
    footer = "  deploy/weir shard list --collection docs")
final class ListCommand implements Callable<Integer> {

  /** Exit code: some shard is in trouble. */
  private static final int TROUBLE = 1;

  private static final String UNKNOWN = "-";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      description = "Only this collection.")
  private @Nullable String collection;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description = "Where Weir answers. Default: ${DEFAULT-VALUE}.",
      defaultValue = "http://127.0.0.1:8080")
  private URI url = WeirConnection.DEFAULT_URL;

  @Override
  public Integer call() throws IOException, InterruptedException {
    JsonNode stats;
    try (WeirConnection weir = new WeirConnection(url)) {
      stats = weir.get("/v1/stats");
    }
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"collection", "partition", "state", "applied", "end", "lag", "behind"});
    List<String> troubles = new ArrayList<>();
    for (JsonNode one : stats.path("collections")) {
      String name = one.path("name").asString("");
      if (collection != null && !collection.equals(name)) {
        continue;
      }
      for (JsonNode shard : one.path("shards")) {
        rows.add(row(name, shard));
        if (shard.path("feed").path("trouble").asBoolean(false)) {
          troubles.add(
              name
                  + " partition "
                  + shard.path("partition").asInt()
                  + ": "
                  + shard.path("feed").path("detail").asString(""));
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    print(rows, out);
    troubles.forEach(out::println);
    out.flush();
    return troubles.isEmpty() ? 0 : TROUBLE;
  }

  private static String[] row(String name, JsonNode shard) {
    JsonNode feed = shard.path("feed");
    JsonNode behind = feed.path("timeLagMillis");
    return new String[] {
      name,
      Integer.toString(shard.path("partition").asInt()),
      feed.path("state").asString("not fed"),
      number(shard.path("applied").path("nextOffset")),
      number(feed.path("endOffset")),
      number(feed.path("lag")),
      behind.isNumber() ? seconds(Duration.ofMillis(behind.asLong())) : UNKNOWN
    };
  }

  private static String number(JsonNode number) {
    return number.isNumber() ? Long.toString(number.asLong()) : UNKNOWN;
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
  }

  private static void print(List<String[]> rows, PrintWriter out) {
    int[] widths = new int[rows.getFirst().length];
    for (String[] row : rows) {
      for (int column = 0; column < row.length; column++) {
        widths[column] = Math.max(widths[column], row[column].length());
      }
    }
    for (String[] row : rows) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < row.length; column++) {
        cells.add(row[column] + " ".repeat(widths[column] - row[column].length()));
      }
      out.println(cells.stream().collect(Collectors.joining("  ")).stripTrailing());
    }
  }
}
