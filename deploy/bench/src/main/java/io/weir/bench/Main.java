package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.peer.Peer;
import io.weir.bench.report.ChartFile;
import io.weir.bench.report.Conditions;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import io.weir.bench.report.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code deploy/weir bench NAME}. */
@Command(
    name = "weir bench",
    mixinStandardHelpOptions = true,
    description = "Measures one thing beside what the hardware does in the same run.",
    footer = {
      "",
      "Benches:",
      "  append      bytes a second into the hot buffer, one thread",
      "  checkpoint  bytes a second made durable, over a plain write + fsync",
      "  scan        exact search over 1,000,000 vectors, over a read of the bytes; 32 at once",
      "  recover     open to first answered get, 100,000 and 1,000,000 vectors",
      "  disk        blocks of the files over the user's own bytes",
      "  memory      bytes a vector, and our figures over the system's",
      "  ingest      a topic read until all is searchable, until durable, over a bare",
      "              consumer; JSON decoded over a tree parser",
      "  freshness   from send to the first search that returns it",
      "  steady      longest pause and memory at 80 %% of the most that it takes",
      "  mixed       searches while fed at half of the most that it takes, over idle",
      "  http        what JSON over HTTP adds to a search; gets a second",
      "  watch       from send to the event, 1,000 watchers, 1,000 records a second",
      "  overload    searches that are answered when four times too many come",
      "",
      "Progress goes to stderr, figures to stdout, a plot to a PNG. Figures are",
      "medians; what is compared takes turns in one run."
    })
public final class Main implements Callable<Integer> {
  private static final List<Bench> BENCHES =
      List.of(
          new AppendBench(),
          new CheckpointBench(),
          new ScanBench(),
          new RecoverBench(),
          new DiskBench(),
          new MemoryBench(),
          new IngestBench(),
          new FreshnessBench(),
          new SteadyBench(),
          new MixedBench(),
          new HttpBench(),
          new WatchBench(),
          new OverloadBench());

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Which bench to run.")
  private String name = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--quick", description = "A twentieth of the work: does it run, not how fast.")
  private boolean quick;

  @Option(
      names = "--peers",
      description =
          "Also measure others, where that compares: RocksDB and Lucene (append, checkpoint,"
              + " recover, disk, ingest), Lucene and FAISS (scan), Kafka Streams (ingest).")
  private boolean peers;

  @Option(
      names = "--plot",
      paramLabel = "FILE",
      description = "Where the plot goes (default: weir-bench-NAME.png in this folder).")
  private @Nullable Path plot;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Write below this folder (default: the system's temporary folder).")
  private @Nullable Path directory;

  private final boolean terminal;

  private Main(boolean terminal) {
    this.terminal = terminal;
  }

  /** Runs a bench and exits: 0 if it ran, 1 if it failed, 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main(Terminal.watchesStderr())).execute(arguments));
  }

  /** Runs a bench, printing to given writers as to files. */
  static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main(false)).setOut(out).setErr(err).execute(arguments);
  }

  @Override
  public Integer call() throws Exception {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    Bench bench =
        BENCHES.stream()
            .filter(candidate -> candidate.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new CommandLine.ParameterException(
                    commandLine,
                    "There is no bench '"
                        + name
                        + "'; there are "
                        + BENCHES.stream().map(Bench::name).toList()));
    Path work = workFolder(commandLine);
    try {
      Conditions conditions = new Conditions(work, quick, peerNames());
      Figures figures = measure(bench, work, commandLine.getErr());
      print(commandLine.getOut(), bench, figures, conditions.afterwards());
      draw(commandLine.getErr(), bench, figures, conditions);
      return CommandLine.ExitCode.OK;
    } finally {
      Folders.delete(work);
    }
  }

  private Path workFolder(CommandLine commandLine) throws IOException {
    if (directory == null) {
      return Files.createTempDirectory("weir-bench-");
    }
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new CommandLine.ParameterException(commandLine, "--dir " + directory + " is no folder");
    }
    return Files.createTempDirectory(Files.createDirectories(directory), "weir-bench-");
  }

  private List<Peer> peers() {
    return peers ? Peer.all() : List.of();
  }

  private String peerNames() {
    return peers ? String.join(", ", peers().stream().map(Peer::version).toList()) : "none";
  }

  private Figures measure(Bench bench, Path work, PrintWriter err) throws Exception {
    try (Progress progress = Progress.to(err, terminal)) {
      return bench.run(new Bench.Setting(work, quick, peers(), progress));
    }
  }

  /** Draws last: where nothing can be drawn the figures are said all the same. */
  private void draw(PrintWriter err, Bench bench, Figures figures, Conditions conditions) {
    Path file = plot == null ? Path.of("weir-bench-" + bench.name() + ".png") : plot;
    try {
      ChartFile.write(file, figures.charts(), conditions.line());
      err.println("plot: " + file.toAbsolutePath());
    } catch (IOException e) {
      err.println("no plot: " + file + ": " + e.getMessage());
    }
    err.flush();
  }

  private void print(
      PrintWriter out, Bench bench, Figures figures, Map<String, Object> conditions) {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("bench", bench.name());
      object.put("conditions", conditions);
      object.put("figures", figures.byName());
      object.put("cases", figures.cases());
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(object));
    } else {
      out.println(bench.name() + ": " + bench.description());
      figures
          .byName()
          .forEach((figure, value) -> {
            String form =
                value == Math.rint(value) ? "  %-26s %,15.0f       %s" : "  %-26s %,20.4f  %s";
            out.println(
                String.format(Locale.ROOT, form, figure, value, figures.goal(figure))
                    .stripTrailing());
          });
      if (quick) {
        out.println("  quick: a twentieth of the work, also where a name says 1e5 or 1e6");
      }
      conditions.forEach((key, value) -> out.println("  " + key + ": " + value));
    }
    out.flush();
  }
}
