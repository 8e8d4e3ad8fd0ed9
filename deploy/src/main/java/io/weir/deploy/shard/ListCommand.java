package io.weir.deploy.shard;

import io.weir.api.client.Stats;
import io.weir.api.client.WeirClient;
import io.weir.deploy.client.Answers;
import io.weir.deploy.client.CollectionOption;
import io.weir.deploy.client.ServerOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a line a shard: how far it is, and what keeps it. */
@Command(
    name = "list",
    description =
        "Show every shard, or those of --collection: how far it is, and what keeps it from going on.",
    footer = "  deploy/weir shard list --collection docs")
final class ListCommand implements Callable<Integer> {

  /** Exit code: some shard is in trouble. */
  private static final int TROUBLE = 1;

  private static final String UNKNOWN = "-";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Mixin private CollectionOption collection = new CollectionOption();

  @Mixin private ServerOption server = new ServerOption();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Stats stats;
    try (WeirClient weir = server.connect()) {
      stats = Answers.await(weir.stats());
    }
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"collection", "partition", "state", "applied", "end", "lag", "behind"});
    List<String> troubles = new ArrayList<>();
    for (Stats.CollectionStats one : stats.collections()) {
      if (!collection.name().orElse(one.name()).equals(one.name())) {
        continue;
      }
      for (Stats.ShardStats shard : one.shards()) {
        rows.add(row(one.name(), shard));
        shard
            .feed()
            .filter(Stats.Feed::trouble)
            .ifPresent(feed ->
                troubles.add(
                    one.name()
                        + " partition "
                        + shard.partition()
                        + ": "
                        + feed.detail().orElse("")));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    print(rows, out);
    troubles.forEach(out::println);
    out.flush();
    return troubles.isEmpty() ? 0 : TROUBLE;
  }

  private static String[] row(String name, Stats.ShardStats shard) {
    Optional<Stats.Feed> feed = shard.feed();
    return new String[] {
      name,
      Integer.toString(shard.partition()),
      feed.map(Stats.Feed::state).orElse("not fed"),
      shard
          .shard()
          .flatMap(Stats.Shard::applied)
          .map(position -> Long.toString(position.nextOffset()))
          .orElse(UNKNOWN),
      number(feed.map(Stats.Feed::endOffset)),
      number(feed.map(Stats.Feed::lag)),
      feed.flatMap(Stats.Feed::timeLag).map(ListCommand::seconds).orElse(UNKNOWN)
    };
  }

  private static String number(Optional<OptionalLong> number) {
    OptionalLong known = number.orElse(OptionalLong.empty());
    return known.isPresent() ? Long.toString(known.getAsLong()) : UNKNOWN;
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
