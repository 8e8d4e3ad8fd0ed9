package io.weir.deploy;

import java.util.Arrays;
import java.util.Map;
import picocli.CommandLine;

/** Where the Java machine starts Weir. */
public final class Main {

  static final String DEBUG_OPTION = "--debug";

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    if (Arrays.asList(args).contains(DEBUG_OPTION)) {
      logInDetail();
    }
    System.exit(commandLine(System.getenv()).execute(args));
  }

  /** Before the first logger is made: logback.xml reads these. */
  private static void logInDetail() {
    System.setProperty("weir.log.level", "DEBUG");
    System.setProperty("weir.log.stack", "full");
  }

  /**
   * Returns the command line with all its commands.
   *
   * @param environment names and values that settings are read from
   */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine root = new CommandLine(new WeirCommand());
    root.addSubcommand(new ServeCommand(environment));
    root.addSubcommand(new BenchCommand());
    root.setParameterExceptionHandler(CommandErrors::misused);
    root.setExecutionExceptionHandler(CommandErrors::failed);
    HelpLayout.applyTo(root);
    return root;
  }
}
