package io.weir.api.access;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The files that a server proves with who it is, all of them PEM.
 *
 * @param certificate the server's certificate, and behind it those up to its authority
 * @param key the certificate's private key, PKCS #8, not encrypted
 * @param clientAuthorities certificates of authorities; with them only clients are served that have
 *     a certificate of one of these
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientAuthorities) {

  /** All files, in the order of the components. */
  public List<Path> all() {
    return Stream.concat(Stream.of(certificate, key), clientAuthorities.stream()).toList();
  }
}
