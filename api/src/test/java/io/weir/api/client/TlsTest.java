package io.weir.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.weir.api.client.WeirUnavailableException.Reason;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Certificates of both sides, made by the JDK's keytool. */
@ExtendWith(NoLeaks.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir static Path directory;

  private static Identity server;
  private static Identity client;
  private static Identity elsewhere;
  private static DisposableServer plain;
  private static DisposableServer mutual;

  /** A certificate with its key. */
  private record Identity(Path store, Path certificate, Path key) {}

  @BeforeAll
  static void serve() throws Exception {
    server = identity("server", "ip:127.0.0.1");
    client = identity("client", "dns:client");
    elsewhere = identity("elsewhere", "dns:elsewhere.example");
    plain = serve(context(server).build());
    mutual =
        serve(
            context(server)
                .trustManager(client.certificate().toFile())
                .clientAuth(ClientAuth.REQUIRE)
                .build());
  }

  private static SslContextBuilder context(Identity identity) {
    return SslContextBuilder.forServer(identity.certificate().toFile(), identity.key().toFile());
  }

  private static DisposableServer serve(SslContext context) {
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .secure(spec -> spec.sslContext(context))
        .handle((_, response) -> response.sendString(Mono.just("{\"collections\":[]}")))
        .bindNow();
  }

  @AfterAll
  static void stop() {
    plain.disposeNow(Duration.ofSeconds(30));
    mutual.disposeNow(Duration.ofSeconds(30));
  }

  private static Identity identity(String name, String alternative) throws Exception {
    Path store = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "keytool")
                    .toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternative,
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start();
    assertTrue(keytool.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, keytool.exitValue(), () -> read(directory.resolve(name + ".log")));
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      made.load(in, PASSWORD.toCharArray());
    }
    Key key = Objects.requireNonNull(made.getKey(name, PASSWORD.toCharArray()));
    return new Identity(
        store,
        pem(
            name + ".crt",
            "CERTIFICATE",
            Objects.requireNonNull(made.getCertificate(name)).getEncoded()),
        pem(name + ".key", "PRIVATE KEY", Objects.requireNonNull(key.getEncoded())));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  private static Path pem(String file, String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }

  private static List<CollectionSummary> asked(DisposableServer whom, TlsSettings tls) {
    try (WeirClient weir =
        WeirClient.builder("https://127.0.0.1:" + whom.port())
            .deadline(ApiFixture.PATIENCE)
            .tls(tls)
            .build()) {
      return weir.collections().blockOptional(ApiFixture.PATIENCE).orElseThrow();
    }
  }

  @Test
  void whoIsTrustedAnswers() {
    assertEquals(List.of(), asked(plain, TlsSettings.defaults().trust(server.certificate())));
  }

  @Test
  void aStoreOfCertificatesIsAsGood() throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(server.store())) {
      made.load(in, PASSWORD.toCharArray());
    }
    trusted.setCertificateEntry("server", Objects.requireNonNull(made.getCertificate("server")));
    Path file = directory.resolve("trusted.p12");
    try (var out = Files.newOutputStream(file)) {
      trusted.store(out, PASSWORD.toCharArray());
    }
    assertEquals(List.of(), asked(plain, TlsSettings.defaults().trustStore(file, PASSWORD)));
  }

  @Test
  void whoIsNotTrustedIsNotAsked() {
    assertNotSecured(plain, TlsSettings.defaults());
    assertNotSecured(plain, TlsSettings.defaults().trust(client.certificate()));
  }

  @Test
  void aCertificateOfAnotherNameIsNotTrusted() throws Exception {
    DisposableServer other = serve(context(elsewhere).build());
    try {
      assertNotSecured(other, TlsSettings.defaults().trust(elsewhere.certificate()));
    } finally {
      other.disposeNow(Duration.ofSeconds(30));
    }
  }

  private static void assertNotSecured(DisposableServer whom, TlsSettings tls) {
    WeirUnavailableException refused =
        assertThrows(WeirUnavailableException.class, () -> asked(whom, tls));
    assertEquals(Reason.NOT_SECURED, refused.reason(), () -> String.valueOf(refused.getCause()));
  }

  @Test
  void aServerThatWantsToKnowWhoAsksIsShownACertificate() {
    TlsSettings trusting = TlsSettings.defaults().trust(server.certificate());
    assertEquals(List.of(), asked(mutual, trusting.identity(client.certificate(), client.key())));
    assertThrows(WeirUnavailableException.class, () -> asked(mutual, trusting));
    assertThrows(
        WeirUnavailableException.class,
        () -> asked(mutual, trusting.identity(elsewhere.certificate(), elsewhere.key())));
  }

  @Test
  void aFileThatCannotBeUsedIsNamedWhenTheClientIsBuilt() {
    Path nowhere = directory.resolve("nowhere.pem");
    WeirClientBuilder builder =
        WeirClient.builder("https://a").tls(TlsSettings.defaults().trust(nowhere));
    IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::build);
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("TLS cannot be set up: "),
        refused.getMessage());
  }
}
