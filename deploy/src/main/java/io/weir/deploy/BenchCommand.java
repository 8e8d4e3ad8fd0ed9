package io.weir.deploy;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Stands in the list of commands for the benchmarks, which the launcher starts by itself. */
@Command(
    name = "bench",
    description = "Run a benchmark; deploy/weir bench --help lists them.",
    footer = {
      "  deploy/weir bench --help",
      "  deploy/weir bench disk --peers",
      "  deploy/weir bench append --json --quick"
    })
final class BenchCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Parameters(hidden = true)
  private List<String> ignored = List.of();

  @Override
  public Integer call() {
    spec.commandLine()
        .getErr()
        .println("The benchmarks are a program of their own: start them with deploy/weir bench");
    return ExitCode.MISUSED;
  }
}
