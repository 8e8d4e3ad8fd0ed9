package io.weir.deploy.shard;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The shards of a running Weir: look at them, have one go on. */
@Command(
    name = "shard",
    description = "Look at the shards of a running Weir, or have one go on that has stopped.",
    subcommands = {ListCommand.class, ResumeCommand.class},
    footer = {
      "  deploy/weir shard list",
      "  deploy/weir shard resume --collection docs --partition 3 --accept-gap",
    })
public final class ShardCommand implements Runnable {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before it calls
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "'shard' needs to know what to do: list or resume");
  }
}
