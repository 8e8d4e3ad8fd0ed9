package io.weir.deploy.demo;

import io.weir.deploy.client.WeirConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Asks a running Weir for the nearest vectors and prints a table. */
@Command(
    name = "search",
    description = {
      "Search a collection of a running Weir.",
      "",
      "--text is embedded in the same way as the demo embeds the methods of the JDK, so it fits"
          + " the demo's collection only. --key asks for the neighbours of a vector that is there,"
          + " in any collection.",
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

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      description = "The collection. Default: " + DemoStream.JDK + ".")
  private String collection = DemoStream.JDK;

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description = "Where Weir serves. Default: http://127.0.0.1:8080.")
  private URI url = WeirConnection.DEFAULT_URL;

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
    SearchClient client = new SearchClient(url, collection);
    List<SearchClient.Found> found =
        question.text == null
            ? client.searchByKey(String.valueOf(question.key), k)
            : client.searchByVector(HashingEmbedder.embed(question.text), k);
    print(found, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private static void print(List<SearchClient.Found> found, PrintWriter out) {
    int width = "key".length();
    for (SearchClient.Found one : found) {
      width = Math.max(width, one.key().length());
    }
    String row = "%4s  %7s  %-" + width + "s  %s";
    out.println(line(row, "rank", "score", "key", "module"));
    int rank = 0;
    for (SearchClient.Found one : found) {
      rank++;
      String score = String.format(Locale.ROOT, "%.4f", one.score());
      out.println(line(row, Integer.toString(rank), score, one.key(), one.module()));
    }
    out.flush();
  }

  private static String line(String format, String rank, String score, String key, String module) {
    return String.format(Locale.ROOT, format, rank, score, key, module).stripTrailing();
  }
}
