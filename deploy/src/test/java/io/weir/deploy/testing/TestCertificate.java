package io.weir.deploy.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A certificate of this machine's loopback with its key, as PEM. It has signed itself, so it is its
 * own authority.
 *
 * @param certificate the file of the certificate
 * @param key the file of its key, PKCS #8
 */
public record TestCertificate(Path certificate, Path key) {

  private static final String PASSWORD = "changeit";
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Has the JDK's {@code keytool} make one, in a folder. */
  public static TestCertificate make(Path folder, String name) throws Exception {
    Path store = folder.resolve(name + ".p12");
    ForeignPrograms.Ended made =
        new ForeignPrograms(folder, LIMIT)
            .run(
                List.of(
                    Path.of(property("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    name,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + name,
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-keystore",
                    store.toString(),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD));
    assertEquals(0, made.exitCode(), made::output);
    KeyStore content = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    Key key = Objects.requireNonNull(content.getKey(name, PASSWORD.toCharArray()));
    return new TestCertificate(
        write(
            folder.resolve(name + ".crt"),
            "CERTIFICATE",
            Objects.requireNonNull(content.getCertificate(name)).getEncoded()),
        write(
            folder.resolve(name + ".key"),
            "PRIVATE KEY",
            Objects.requireNonNull(key.getEncoded())));
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  private static Path write(Path to, String kind, byte[] content) throws Exception {
    String text =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(content);
    return Files.writeString(
        to, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }
}
