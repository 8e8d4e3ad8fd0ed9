package io.weir.deploy.demo;

import io.weir.deploy.terminal.StopRequest;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs everything on this machine, with real data, until a signal comes. */
@Command(
    name = "demo",
    description = {
      "Start a Kafka broker and Weir in one process and stream real data.",
      "",
      "The data is the public API of the JDK that runs this: every public and protected method of"
          + " the java.* modules, embedded by hashing the words and letters of its signature. With"
          + " --synthetic it is clustered random vectors. No configuration, no containers;"
          + " everything listens on loopback only.",
      "",
      "Runs until Ctrl-C or SIGTERM, then stops in order: the producer, taking in, a last"
          + " checkpoint, HTTP, the broker. With --dir the data is kept; the next demo in that"
          + " folder recovers it and goes on where the stream was cut off.",
    },
    footer = {
      "  deploy/weir demo",
      "  deploy/weir demo --dir /var/tmp/weir-demo --port 9090",
      "  deploy/weir demo --synthetic 1000000 --dim 768",
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int MAX_PARTITIONS = 1_000;
  private static final int MAX_PORT = 65_535;
  private static final long MAX_SYNTHETIC = 1_000_000_000L;
  private static final int DEFAULT_SYNTHETIC_DIMENSION = 768;

  private final DemoTarget target;
  private final StopRequest stop;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  @Spec
  private CommandSpec spec;

  @Option(
      names = {"-d", "--dir"},
      paramLabel = "FOLDER",
      description = "Keep the data here. Without it: a temporary folder, deleted at the end.")
  private @Nullable Path folder;

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "HTTP port. Without it: 8080 or the next free one.")
  private @Nullable Integer port;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      description = "Port of the broker. Without it: a free one.")
  private int kafkaPort;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "4",
      description = "Partitions of the topic, if it is new. Default: ${DEFAULT-VALUE}.")
  private int partitions;

  @Option(
      names = "--synthetic",
      paramLabel = "N",
      description = "Stream N clustered random vectors instead of the JDK.")
  private @Nullable Long synthetic;

  @Option(
      names = "--dim",
      paramLabel = "D",
      description = "Components of the random vectors. Default: 768.")
  private @Nullable Integer dimension;

  /** Returns a command that stops with the process. */
  public DemoCommand(DemoTarget target) {
    this(target, new StopRequest());
  }

  DemoCommand(DemoTarget target, StopRequest stop) {
    this.target = target;
    this.stop = stop;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoOptions options = options();
    CommandLine commandLine = spec.commandLine();
    PrintWriter out = commandLine.getOut();
    DemoConsole console = new DemoConsole(out, commandLine.getErr(), DemoConsole.isTerminal());
    stop.requestWhenProcessEnds();
    try {
      new DemoRun(target, options, console, stop).run();
      return CommandLine.ExitCode.OK;
    } finally {
      out.flush();
      stop.confirmStopped();
    }
  }

  private DemoOptions options() {
    check("--port", port == null ? DemoOptions.DEFAULT_HTTP_PORT : port, 1, MAX_PORT);
    check("--kafka-port", kafkaPort, 0, MAX_PORT);
    check("--partitions", partitions, 1, MAX_PARTITIONS);
    return new DemoOptions(folder, port, kafkaPort, partitions, stream());
  }

  private DemoStream stream() {
    if (synthetic == null) {
      if (dimension != null) {
        throw new ParameterException(
            spec.commandLine(), "--dim is for --synthetic; the JDK has 256 components");
      }
      return DemoStream.ofJdk();
    }
    int components = dimension == null ? DEFAULT_SYNTHETIC_DIMENSION : dimension;
    check("--synthetic", synthetic, 1, MAX_SYNTHETIC);
    check("--dim", components, 1, VectorSchema.MAX_DIMENSION);
    return DemoStream.ofSynthetic(synthetic, components);
  }

  private void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; allowed are " + least + " to " + most);
    }
  }
}
