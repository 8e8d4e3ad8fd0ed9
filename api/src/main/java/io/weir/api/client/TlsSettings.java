package io.weir.api.client;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/**
 * Whom a client trusts, and how it proves who it is, with {@code https}. Files are read when the
 * client is built; the server's name must be that of its certificate.
 */
public final class TlsSettings {

  private final Optional<Path> trusted;
  private final Optional<Store> trustStore;
  private final Optional<Identity> identity;

  private TlsSettings(
      Optional<Path> trusted, Optional<Store> trustStore, Optional<Identity> identity) {
    this.trusted = trusted;
    this.trustStore = trustStore;
    this.identity = identity;
  }

  /** A store of certificates. */
  private record Store(Path file, String password) {}

  /** Files with a certificate and its key. */
  private record Identity(Path certificates, Path key, Optional<String> password) {}

  /** Trusts whom the JDK trusts, and shows no certificate. */
  public static TlsSettings defaults() {
    return new TlsSettings(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Trusts the certificates of a file, PEM, and no others. */
  public TlsSettings trust(Path certificates) {
    return new TlsSettings(Optional.of(certificates), Optional.empty(), identity);
  }

  /** Trusts the certificates of a store, PKCS #12 or JKS, and no others. */
  public TlsSettings trustStore(Path store, String password) {
    return new TlsSettings(Optional.empty(), Optional.of(new Store(store, password)), identity);
  }

  /**
   * Shows a certificate of its own (mutual TLS).
   *
   * @param certificates PEM: the certificate, and those that lead to an authority
   * @param key PEM: its private key, PKCS #8, not encrypted
   */
  public TlsSettings identity(Path certificates, Path key) {
    return identity(new Identity(certificates, key, Optional.empty()));
  }

  /**
   * Shows a certificate of its own, whose key is encrypted (mutual TLS).
   *
   * @param certificates PEM: the certificate, and those that lead to an authority
   * @param key PEM: its private key, PKCS #8
   */
  public TlsSettings identity(Path certificates, Path key, String password) {
    return identity(new Identity(certificates, key, Optional.of(password)));
  }

  private TlsSettings identity(Identity other) {
    return new TlsSettings(trusted, trustStore, Optional.of(other));
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if one cannot be read, or has not what it should have
   */
  SslContext context() {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
      if (trusted.isPresent()) {
        builder.trustManager(trusted.get().toFile());
      }
      if (trustStore.isPresent()) {
        builder.trustManager(managers(trustStore.get()));
      }
      if (identity.isPresent()) {
        Identity own = identity.get();
        builder.keyManager(
            own.certificates().toFile(), own.key().toFile(), own.password().orElse(null));
      }
      return builder.build();
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static TrustManagerFactory managers(Store store)
      throws IOException, GeneralSecurityException {
    KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
    try (InputStream in = Files.newInputStream(store.file())) {
      certificates.load(in, store.password().toCharArray());
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(certificates);
    return managers;
  }
}
