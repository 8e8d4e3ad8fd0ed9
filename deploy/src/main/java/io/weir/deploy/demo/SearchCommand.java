package io.weir.deploy.demo;

import io.weir.api.client.Hit;
import io.weir.api.client.Payload;
import io.weir.api.client.Search;
import io.weir.api.client.WeirClient;
import io.weir.deploy.client.Answers;
import io.weir.deploy.client.CollectionOption;
import io.weir.deploy.client.ServerOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Asks a running Weir for the nearest vectors and prints a table. */
@Command(
    name = "search",
    description = {
      "Search a collection of a running Weir.",
      "",
      "--text is embedded in the same way as the demo embeds the methods of the JDK, so it fits"
          + " the demo's collection only. --key asks for the neighbours of a vector that is there,"
          + " in any collection; without --collection, in the demo's, "
          + DemoStream.JDK
          + ".",
    },
    footer = {
      "  deploy/weir search --text \"read all lines of a file\"",
      "  deploy/weir search --key \"java.util.List#sort(Comparator)\" --k 20",
      "  deploy/weir search --collection synthetic-768 --key synthetic-0"
          + " --url http://127.0.0.1:8081",
    })
public final class SearchCommand implements Callable<Integer> {

  private static final int MAX_K = 1_000;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @ArgGroup(multiplicity = "1")
  private Question question;

  @Option(
      names = {"-k", "--k"},
      paramLabel = "N",
      defaultValue = "10",
      description = "How many to find. Default: ${DEFAULT-VALUE}.")
  private int k;

  @Mixin private CollectionOption collection = new CollectionOption();

  @Mixin private ServerOption server = new ServerOption();

  /** One of the two ways to ask. */
  private static final class Question {

    @Option(
        names = {"-t", "--text"},
        paramLabel = "WORDS",
        required = true,
        description = "What to look for, in words.")
    private @Nullable String text;

    @Option(
        names = "--key",
        paramLabel = "KEY",
        required = true,
        description = "Look for the neighbours of this key.")
    private @Nullable String key;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (k < 1 || k > MAX_K) {
      throw new ParameterException(
          spec.commandLine(), "--k is " + k + "; allowed are 1 to " + MAX_K);
    }
    Search search =
        question.text == null
            ? Search.key(String.valueOf(question.key))
            : Search.vector(HashingEmbedder.embed(question.text));
    List<Hit> hits;
    try (WeirClient weir = server.connect()) {
      hits =
          Answers.await(
                  weir.collection(collection.name().orElse(DemoStream.JDK)).search(search.k(k)))
              .hits();
    }
    print(hits, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private static void print(List<Hit> hits, PrintWriter out) {
    int width = "key".length();
    for (Hit hit : hits) {
      width = Math.max(width, hit.row().key().length());
    }
    String row = "%4s  %7s  %-" + width + "s  %s";
    out.println(line(row, "rank", "score", "key", "module"));
    int rank = 0;
    JsonMapper mapper = new JsonMapper();
    for (Hit hit : hits) {
      rank++;
      String score = String.format(Locale.ROOT, "%.4f", hit.score());
      String module =
          hit.row()
              .payload()
              .map(Payload::json)
              .map(payload -> mapper.readTree(payload).path("module").asString(""))
              .orElse("");
      out.println(line(row, Integer.toString(rank), score, hit.row().key(), module));
    }
    out.flush();
  }

  private static String line(String format, String rank, String score, String key, String module) {
    return String.format(Locale.ROOT, format, rank, score, key, module).stripTrailing();
  }
}
