package io.weir.deploy.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Says which collection a command is about. */
public final class CollectionOption {

  @Option(
      names = {"-c", "--collection"},
      paramLabel = "NAME",
      description = "The collection.")
  private @Nullable String name;

  /** The name that was given. */
  public Optional<String> name() {
    return Optional.ofNullable(name);
  }

  /**
   * Returns the name, for a command that cannot do without.
   *
   * @throws ParameterException if none was given
   */
  public String required(CommandSpec command) {
    return name()
        .orElseThrow(() ->
            new ParameterException(
                command.commandLine(), "Missing required option: '--collection=NAME'"));
  }
}
