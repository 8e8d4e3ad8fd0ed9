package io.weir.deploy;

import io.weir.deploy.config.ConfigReader;
import io.weir.deploy.config.InvalidConfigException;
import io.weir.deploy.config.WeirConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads the topics of a cluster and answers over HTTP, until a signal comes. */
@Command(
    name = ServeCommand.NAME,
    description = {
      "Read the topics of a Kafka cluster and answer over HTTP.",
      "",
      "Runs until Ctrl-C or SIGTERM, then stops in order: no new records, a last checkpoint,"
          + " no new requests, a summary. A process that is killed loses nothing: on the next"
          + " start it reads on from its last checkpoint.",
    },
    footer = {
      "  deploy/weir serve --config weir.yaml",
      "  WEIR_HTTP_PORT=9090 deploy/weir serve --config weir.yaml",
      "",
      "deploy/weir.example.yaml shows every setting; deploy/README.md explains them."
    })
final class ServeCommand implements Callable<Integer> {

  static final String NAME = "serve";

  private final Map<String, String> environment;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description =
          "Settings in YAML. Variables WEIR_... of the environment win over it, and can replace"
              + " it.")
  private @Nullable Path config;

  ServeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InvalidConfigException, StartException, InterruptedException {
    WeirConfig settings = ConfigReader.read(Optional.ofNullable(config), environment);
    WeirServer server = WeirServer.start(settings, PortPolicy.FIXED);
    StopSignal.await(server::close);
    return ExitCode.DONE;
  }
}
