package io.weir.deploy;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line without a sub-command, and the options of all. */
@Command(
    name = "deploy/weir",
    description = "A vector store fed by Kafka.",
    footer = {
      "  deploy/weir demo",
      "      everything on this machine: a broker, Weir, real data; no configuration",
      "  deploy/weir serve --config weir.yaml",
      "      read the topics of a cluster and answer over HTTP",
      "",
      "Environment:",
      "  WEIR_JAVA_HOME   the JDK to run on, 25 or newer; else JAVA_HOME, PATH and",
      "                   the usual folders are searched",
      "  WEIR_JAVA_OPTS   further flags for Java, such as -Xmx4g",
      "  WEIR_...         settings of serve, see deploy/README.md"
    })
final class WeirCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Option(
      names = Main.DEBUG_OPTION,
      scope = ScopeType.INHERIT,
      description = "Log in detail and print the stack trace of an error.")
  private boolean debug;

  /** Whether the user asked for the details of errors. */
  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    CommandLine commandLine = spec.commandLine();
    throw new ParameterException(commandLine, "A command is missing");
  }
}
