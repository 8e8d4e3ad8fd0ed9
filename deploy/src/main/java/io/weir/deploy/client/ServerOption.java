package io.weir.deploy.client;

import io.weir.api.client.WeirClient;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Says which Weir a command talks to. */
public final class ServerOption {

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description =
          "Where Weir answers. Default: as in --config, if the command has that, else"
              + " http://127.0.0.1:8080.")
  private @Nullable URI url;

  /** The address that was given. */
  public Optional<URI> url() {
    return Optional.ofNullable(url);
  }

  /**
   * Returns a client of it, which connects to nothing yet; the caller closes it.
   *
   * @throws ClientException if it is no address of a server
   */
  public WeirClient connect() throws ClientException {
    return Answers.client(url().orElse(WeirClient.DEFAULT_URL));
  }
}
