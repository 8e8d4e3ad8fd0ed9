package io.weir.deploy.client;

import io.weir.api.client.WeirClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Says which Weir a command talks to, and how. */
public final class ServerOption {

  @Option(
      names = {"-u", "--url"},
      paramLabel = "URL",
      description =
          "Where Weir answers. Default: as in --config, if the command has that, else"
              + " http://127.0.0.1:8080.")
  private @Nullable URI url;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description =
          "The key to send, where Weir asks for one: the first line of a file, as weir key prints"
              + " it.")
  private @Nullable Path keyFile;

  @Option(
      names = "--trust",
      paramLabel = "FILE",
      description =
          "PEM: whose certificates to trust, with https. Default: those that Java trusts.")
  private @Nullable Path trusted;

  @ArgGroup(exclusive = false)
  private @Nullable Certificate certificate;

  /** Two files, or none. */
  private static final class Certificate {

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Option(
        names = "--certificate",
        paramLabel = "FILE",
        required = true,
        description =
            "PEM: the certificate to show, and those above it, where Weir asks for one"
                + " (http.tls.client-authorities). Goes with --certificate-key.")
    private Path certificates;

    @SuppressWarnings("NullAway.Init") // picocli sets it
    @Option(
        names = "--certificate-key",
        paramLabel = "FILE",
        required = true,
        description = "PEM: its private key, PKCS #8, not encrypted.")
    private Path key;
  }

  /** The address that was given, or another, with whatever else was given. */
  public ServerAddress orElse(URI other) {
    return new ServerAddress(
        url == null ? other : url,
        Optional.ofNullable(keyFile),
        Optional.ofNullable(trusted),
        Optional.ofNullable(certificate)
            .map(shown -> new ServerAddress.ClientCertificate(shown.certificates, shown.key)));
  }

  /**
   * Returns a client of it, which connects to nothing yet; the caller closes it.
   *
   * @throws ClientException if it is no address of a server, or a file is not what it should be
   */
  public WeirClient connect() throws ClientException {
    return orElse(WeirClient.DEFAULT_URL).connect();
  }
}
