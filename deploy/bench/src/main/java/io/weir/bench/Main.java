package io.weir.bench;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
      "Benches: append, checkpoint, scan, recover.",
      "Progress goes to stderr, the figures to stdout. Figures are medians."
    })
public final class Main implements Callable<Integer> {
  private static final List<Bench> BENCHES =
      List.of(new AppendBench(), new CheckpointBench(), new ScanBench(), new RecoverBench());

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Which bench to run.")
  private String name = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(names = "--quick", description = "A tenth of the work: does it run, not how fast.")
  private boolean quick;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Write below this folder (default: the system's temporary folder).")
  private @Nullable Path directory;

  private Main() {}

  /** Runs a bench and exits: 0 if it ran, 1 if it failed, 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    System.exit(run(arguments, null, null));
  }

  /** Runs a bench, printing to given writers, or to stdout and stderr. */
  static int run(String[] arguments, @Nullable PrintWriter out, @Nullable PrintWriter err) {
    CommandLine commandLine = new CommandLine(new Main());
    if (out != null && err != null) {
      commandLine.setOut(out).setErr(err);
    }
    return commandLine.execute(arguments);
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
    Path work =
        directory == null
            ? Files.createTempDirectory("weir-bench-")
            : Files.createTempDirectory(Files.createDirectories(directory), "weir-bench-");
    try {
      PrintWriter progress = commandLine.getErr();
      Figures figures = bench.run(new Bench.Setting(work, quick, line -> say(progress, line)));
      print(commandLine.getOut(), bench, figures);
      return CommandLine.ExitCode.OK;
    } finally {
      Folders.delete(work);
    }
  }

  private static void say(PrintWriter progress, String line) {
    progress.println(line);
    progress.flush();
  }

  private void print(PrintWriter out, Bench bench, Figures figures) {
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("bench", bench.name());
      object.put("conditions", conditions());
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
          .forEach((figure, value) ->
              out.println(String.format(Locale.ROOT, "  %-24s %,18.3f", figure, value)));
      conditions().forEach((key, value) -> out.println("  " + key + ": " + value));
    }
    out.flush();
  }

  private Map<String, Object> conditions() {
    Map<String, Object> conditions = new LinkedHashMap<>();
    conditions.put("date", LocalDate.now(ZoneOffset.UTC).toString());
    conditions.put("java", Runtime.version().toString());
    conditions.put("cores", Runtime.getRuntime().availableProcessors());
    conditions.put("max_heap_bytes", Runtime.getRuntime().maxMemory());
    conditions.put("quick", quick);
    return conditions;
  }
}
