package io.weir.deploy.client;

import io.weir.api.client.TlsSettings;
import io.weir.api.client.WeirClient;
import io.weir.api.client.WeirClientBuilder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A running Weir, and what it takes to be answered by it.
 *
 * @param url such as {@link WeirClient#DEFAULT_URL}
 * @param keyFile a file whose first line is the key that is sent; none is sent without
 * @param trusted PEM, the certificates that the server's is to come from; those that Java trusts
 *     without
 * @param certificate what is shown to a server that wants to know who asks; nothing is without
 */
public record ServerAddress(
    URI url,
    Optional<Path> keyFile,
    Optional<Path> trusted,
    Optional<ClientCertificate> certificate) {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /**
   * A certificate of the client's own.
   *
   * @param certificates PEM: the certificate, and those that lead to an authority
   * @param key PEM: its private key, PKCS #8, not encrypted
   */
  public record ClientCertificate(Path certificates, Path key) {}

  /** One that asks for no key, and whose certificate, if it has one, Java trusts. */
  public static ServerAddress of(URI url) {
    return new ServerAddress(url, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Returns a client of it, which connects to nothing yet; the caller closes it.
   *
   * @throws ClientException if it is no address of a server, or a file is not what it should be
   */
  public WeirClient connect() throws ClientException {
    try {
      WeirClientBuilder client = WeirClient.builder(url).deadline(DEADLINE);
      if (keyFile.isPresent()) {
        client = client.apiKey(key(keyFile.get()));
      }
      return client.tls(tls()).build();
    } catch (IllegalArgumentException e) {
      throw new ClientException(String.valueOf(e.getMessage()), e);
    }
  }

  private TlsSettings tls() {
    TlsSettings tls = TlsSettings.defaults();
    if (trusted.isPresent()) {
      tls = tls.trust(trusted.get());
    }
    if (certificate.isPresent()) {
      tls = tls.identity(certificate.get().certificates(), certificate.get().key());
    }
    return tls;
  }

  private static String key(Path file) throws ClientException {
    try (var lines = Files.lines(file)) {
      return lines
          .findFirst()
          .map(String::strip)
          .filter(line -> !line.isEmpty())
          .orElseThrow(() ->
              new ClientException(
                  file + " has no key in its first line; deploy/weir key makes one"));
    } catch (IOException e) {
      throw e instanceof ClientException told
          ? told
          : new ClientException("the key in " + file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
