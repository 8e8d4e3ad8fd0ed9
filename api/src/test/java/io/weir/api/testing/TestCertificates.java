package io.weir.api.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * An authority and what it has signed, made by the JDK's {@code keytool} in a folder, as PEM and as
 * contexts of clients.
 */
public final class TestCertificates {

  private static final String PASSWORD = "changeit";
  private static final String AUTHORITY = "authority";

  private final Path file;

  /** Makes an authority. */
  public TestCertificates(Path folder, String name) throws Exception {
    file = Files.createDirectories(folder).resolve(name + ".p12");
    keytool("-genkeypair", "-alias", AUTHORITY, "-dname", "CN=" + name, "-ext", "bc:c");
  }

  /** Has it sign a certificate for a new key; for this machine's loopback, and for clients. */
  public TestCertificates sign(String alias, String keyAlgorithm) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        alias,
        "-signer",
        AUTHORITY,
        "-dname",
        "CN=" + alias,
        "-ext",
        "san=ip:127.0.0.1,dns:localhost",
        "-keyalg",
        keyAlgorithm);
    return this;
  }

  private void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(
        Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "keytool")
            .toString());
    command.addAll(List.of(arguments));
    if (!command.contains("-keyalg")) {
      command.addAll(List.of("-keyalg", "EC"));
    }
    command.addAll(
        List.of(
            "-keystore",
            file.toString(),
            "-storepass",
            PASSWORD,
            "-storetype",
            "PKCS12",
            "-validity",
            "30"));
    Path output = Files.createTempFile("keytool-", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " failed:\n" + Files.readString(output));
    }
    Files.delete(output);
  }

  private KeyStore store() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(new ByteArrayInputStream(Files.readAllBytes(file)), PASSWORD.toCharArray());
    return store;
  }

  private Certificate authority() throws IOException, GeneralSecurityException {
    return Objects.requireNonNull(store().getCertificate(AUTHORITY));
  }

  /** Writes the authority's certificate. */
  public Path writeAuthority(Path to) throws IOException, GeneralSecurityException {
    return Files.writeString(to, pem("CERTIFICATE", authority().getEncoded()));
  }

  /** Writes a certificate and those above it. */
  public Path writeChain(String alias, Path to) throws IOException, GeneralSecurityException {
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : Objects.requireNonNull(store().getCertificateChain(alias))) {
      text.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    return Files.writeString(to, text);
  }

  /** Writes a private key. */
  public Path writeKey(String alias, Path to) throws IOException, GeneralSecurityException {
    Key key = Objects.requireNonNull(store().getKey(alias, PASSWORD.toCharArray()), alias);
    return Files.writeString(to, pem("PRIVATE KEY", Objects.requireNonNull(key.getEncoded())));
  }

  private static String pem(String what, byte[] encoded) {
    return "-----BEGIN "
        + what
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(encoded)
        + "\n-----END "
        + what
        + "-----\n";
  }

  /** A client that trusts the authority, and has no certificate. */
  public SSLContext client() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust().getTrustManagers(), null);
    return context;
  }

  /** A client that trusts the authority, and has a certificate of its own or of another one. */
  public SSLContext client(TestCertificates other, String alias) throws Exception {
    KeyStore store = other.store();
    for (String one : Collections.list(store.aliases())) {
      if (!one.equals(alias)) {
        store.deleteEntry(one);
      }
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust().getTrustManagers(), null);
    return context;
  }

  private TrustManagerFactory trust() throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(AUTHORITY, authority());
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    return trust;
  }
}
