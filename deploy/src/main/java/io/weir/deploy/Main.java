package io.weir.deploy;

import io.weir.deploy.audit.AuditCommand;
import io.weir.deploy.check.InspectCommand;
import io.weir.deploy.check.VerifyCommand;
import io.weir.deploy.demo.DemoCommand;
import io.weir.deploy.demo.SearchCommand;
import io.weir.deploy.key.KeyCommand;
import io.weir.deploy.produce.ProduceCommand;
import io.weir.deploy.shard.ShardCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** Where the Java machine starts Weir. */
public final class Main {

  static final String DEBUG_OPTION = "--debug";

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    setUpLog(Arrays.asList(args));
    System.exit(commandLine(System.getenv()).execute(args));
  }

  /** Before the first logger is made: logback.xml reads these properties. */
  private static void setUpLog(List<String> args) {
    if (args.contains(DEBUG_OPTION)) {
      System.setProperty("weir.log.level", "DEBUG");
      System.setProperty("weir.log.stack", "full");
    } else if (!args.contains(ServeCommand.NAME) && System.getProperty("weir.log.level") == null) {
      // The other commands talk to somebody in front of a terminal, and say themselves what they
      // do.
      System.setProperty("weir.log.level", "WARN");
      if (args.contains(ProduceCommand.NAME) || args.contains(AuditCommand.NAME)) {
        // Of a broker that cannot be reached the client tells several times a second.
        System.setProperty("weir.log.kafka", "ERROR");
      }
    }
  }

  /**
   * Returns the command line with all its commands.
   *
   * @param environment names and values that settings are read from
   */
  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine root = new CommandLine(new WeirCommand());
    root.addSubcommand(new DemoCommand(new DemoWeir()));
    root.addSubcommand(new ServeCommand(environment));
    root.addSubcommand(new ProduceCommand(environment));
    root.addSubcommand(new SearchCommand());
    root.addSubcommand(new ShardCommand());
    root.addSubcommand(new KeyCommand());
    root.addSubcommand(new AuditCommand(environment));
    root.addSubcommand(new InspectCommand());
    root.addSubcommand(new VerifyCommand());
    root.addSubcommand(new BenchCommand());
    root.setParameterExceptionHandler(CommandErrors::misused);
    root.setExecutionExceptionHandler(CommandErrors::failed);
    HelpLayout.applyTo(root);
    return root;
  }
}
