package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.api.FeedStatus;
import io.weir.api.access.AccessControl;
import io.weir.api.access.ReloadedFiles;
import io.weir.api.access.SecuritySettings;
import io.weir.api.access.TlsFiles;
import io.weir.api.observe.Observer;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.LogLines;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import io.weir.api.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are encrypted, and what becomes of those that are not. */
@ExtendWith(NoLeaks.class)
class TlsTest {

  private static final String LIVE = "/livez";
  private static final int TEN_MEGABYTES = 10_000_000;

  @TempDir private static Path keys;
  private static TestCertificates ours;
  private static TestCertificates others;

  @TempDir private Path directory;

  @BeforeAll
  static void makeCertificates() throws Exception {
    ours = new TestCertificates(keys, "ours").sign("one", "EC").sign("two", "RSA");
    others = new TestCertificates(keys, "others").sign("one", "EC");
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private void write(String alias) throws Exception {
    ours.writeChain(alias, file("certificate.pem"));
    ours.writeKey(alias, file("key.pem"));
  }

  private ApiFixture start(boolean mutual) throws Exception {
    if (!Files.exists(file("key.pem"))) {
      write("one");
    }
    Optional<Path> authorities =
        mutual ? Optional.of(ours.writeAuthority(file("clients.pem"))) : Optional.empty();
    SecuritySettings security =
        new SecuritySettings(
            List.of(),
            Optional.empty(),
            0,
            false,
            Optional.of(new TlsFiles(file("certificate.pem"), file("key.pem"), authorities)),
            Duration.ofMillis(20));
    return ApiFixture.start(
        directory.resolve("data"), settings -> settings.withSecurity(security), FeedStatus.none());
  }

  private static HttpClient client(SSLContext context, String... protocols) {
    SSLParameters parameters = context.getDefaultSSLParameters();
    if (protocols.length > 0) {
      parameters.setProtocols(protocols);
    }
    return HttpClient.newBuilder()
        .sslContext(context)
        .sslParameters(parameters)
        .connectTimeout(ApiFixture.PATIENCE)
        .build();
  }

  private static HttpResponse<String> get(HttpClient client, ApiFixture api)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + api.server.port() + LIVE))
            .timeout(ApiFixture.PATIENCE)
            .build(),
        BodyHandlers.ofString());
  }

  private static String subject(HttpResponse<String> answer) throws Exception {
    X509Certificate certificate =
        (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    return certificate.getSubjectX500Principal().getName();
  }

  /** A connection of its own, so that the certificate is the current one. */
  private static String subject(ApiFixture api) {
    try (HttpClient client = client(ours.client())) {
      return subject(get(client, api));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void clientsOfBothVersionsAreAnswered(String protocol) throws Exception {
    try (ApiFixture api = start(false);
        HttpClient client = client(ours.client(), protocol)) {
      HttpResponse<String> answer = get(client, api);
      assertEquals(200, answer.statusCode());
      assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
      assertEquals(protocol, answer.sslSession().orElseThrow().getProtocol());
    }
  }

  @Test
  void whoDoesNotTrustTheServerNoticesAndWhoIsNotEncryptedGetsNothing() throws Exception {
    try (ApiFixture api = start(false)) {
      try (HttpClient stranger = client(others.client())) {
        assertThrows(IOException.class, () -> get(stranger, api));
      }
      try (RawConnection plain = new RawConnection(api.server.port())) {
        plain.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
        String got = new String(plain.readToEnd(), StandardCharsets.ISO_8859_1);
        assertTrue(!got.contains("HTTP"), got);
      }
      assertEquals("CN=one", subject(api));
    }
  }

  @Test
  void withAuthoritiesOfClientsOnlyTheirsAreAnswered() throws Exception {
    try (ApiFixture api = start(true)) {
      try (HttpClient known = client(ours.client(ours, "two"))) {
        assertEquals(200, get(known, api).statusCode());
      }
      try (HttpClient nobody = client(ours.client())) {
        assertThrows(IOException.class, () -> get(nobody, api));
      }
      try (HttpClient stranger = client(ours.client(others, "one"))) {
        assertThrows(IOException.class, () -> get(stranger, api));
      }
    }
  }

  @Test
  void newFilesHoldForNewConnectionsAndOldOnesGoOn() throws Exception {
    try (ApiFixture api = start(false);
        HttpClient early = client(ours.client())) {
      assertEquals("CN=one", subject(get(early, api)));
      write("two");
      Eventually.holds("the new certificate is shown", () -> subject(api).equals("CN=two"));
      assertEquals("CN=one", subject(get(early, api)), "a connection keeps what it began with");
      assertEquals(1, reloads(api, "done"));
    }
  }

  @Test
  void newFilesThatAreWrongChangeNothingAndAreToldOnce() throws Exception {
    try (LogLines log = new LogLines(ReloadedFiles.class.getName());
        ApiFixture api = start(false)) {
      // The certificate is new, the key is not yet: as in the middle of a renewal.
      ours.writeChain("two", file("new.pem"));
      moveNewTo("certificate.pem");
      Eventually.holds("the files are looked at", () -> reloads(api, "failed") == 1);
      assertEquals("CN=one", subject(api));
      String told = log.messages().getLast();
      assertTrue(told.contains("the file of the key has no key of the certificate's kind"), told);
      assertTrue(told.endsWith("; what was read before still holds"), told);

      Files.writeString(file("new.pem"), "nonsense");
      moveNewTo("certificate.pem");
      Eventually.holds("the files are looked at", () -> reloads(api, "failed") == 2);
      Files.delete(file("key.pem"));
      Eventually.holds("the files are looked at", () -> reloads(api, "failed") == 3);
      told = log.messages().getLast();
      assertTrue(told.startsWith(file("key.pem") + " does not exist"), told);
      assertEquals("CN=one", subject(api));

      write("two");
      Eventually.holds("the new certificate is shown", () -> subject(api).equals("CN=two"));
    }
  }

  @Test
  void filesThatAreMovedIntoPlaceAreNoticed() throws Exception {
    try (ApiFixture api = start(false)) {
      ours.writeChain("two", file("new.pem"));
      moveNewTo("certificate.pem");
      ours.writeKey("two", file("new.pem"));
      moveNewTo("key.pem");
      Eventually.holds("the new certificate is shown", () -> subject(api).equals("CN=two"));
    }
  }

  /** Nobody sees it half written, which would count as one more that is wrong. */
  private void moveNewTo(String name) throws IOException {
    Files.move(file("new.pem"), file(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static double reloads(ApiFixture api, String result) {
    return api.meters
        .get("weir.http.reloads")
        .tags("what", "certificates", "result", result)
        .counter()
        .count();
  }

  @Test
  void theExpiryIsShown() throws Exception {
    try (ApiFixture api = start(false)) {
      double seconds = api.meters.get("weir.http.certificate.expiry").gauge().value();
      double days = (seconds - System.currentTimeMillis() / 1e3) / Duration.ofDays(1).toSeconds();
      assertTrue(days > 28 && days < 31, () -> days + " days");
    }
  }

  @Test
  void aStartWithFilesThatAreWrongSaysWhatIs() throws Exception {
    write("one");
    Files.writeString(file("key.pem"), "-----BEGIN EC PRIVATE KEY-----\n");
    assertStartFails("has no 'BEGIN PRIVATE KEY' (PKCS #8, not encrypted)");
    others.writeKey("one", file("key.pem"));
    assertStartFails("the key is not the certificate's");
    ours.writeKey("two", file("key.pem"));
    assertStartFails("no key of the certificate's kind, EC");
    Files.writeString(file("certificate.pem"), "");
    assertStartFails("the file of the certificate has no certificate in it");
    Files.delete(file("certificate.pem"));
    assertStartFails(file("certificate.pem") + " does not exist");
  }

  private void assertStartFails(String why) {
    String message =
        String.valueOf(assertThrows(IOException.class, () -> start(false)).getMessage());
    assertTrue(message.contains(why), message);
  }

  @Test
  void aBodyThatNobodyReadsDoesNotHideTheProblem() throws Exception {
    try (ApiFixture api = start(false);
        SSLSocket socket =
            (SSLSocket)
                ours.client().getSocketFactory().createSocket("127.0.0.1", api.server.port())) {
      socket.setSoTimeout((int) ApiFixture.PATIENCE.toMillis());
      socket
          .getOutputStream()
          .write(
              ("POST /v1/collections/docs/search HTTP/1.1\r\nHost: a\r\nContent-Type:"
                      + " application/json\r\nContent-Length: "
                      + TEN_MEGABYTES
                      + "\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().write(new byte[TEN_MEGABYTES]);
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
      assertTrue(answer.endsWith("}"), answer);
    }
  }

  @Test
  void aHandshakeThatDoesNotComeEndsTheConnection() throws Exception {
    write("one");
    Duration soon = Duration.ofSeconds(1);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    TlsFiles files = new TlsFiles(file("certificate.pem"), file("key.pem"), Optional.empty());
    try (ServerTls tls = ServerTls.start(files, Duration.ofHours(1), meters)) {
      HttpEndpoint endpoint =
          HttpEndpoint.start(
              "127.0.0.1",
              0,
              new HttpLimits(1 << 20, 1 << 20, 1 << 20, 10, 0, soon, soon, soon),
              new Router(List.of(), Optional.empty()),
              new HttpSecurity(AccessControl.none(), Optional.of(tls)),
              meters,
              new Observer(OpenTelemetry.noop(), RequestLogs.defaults()));
      try (RawConnection connection = new RawConnection(endpoint.address().getPort())) {
        // The first byte of one.
        connection.send(new byte[] {22});
        var _ = connection.readToEnd();
      } finally {
        endpoint.drain(ApiFixture.PATIENCE);
        endpoint.close();
      }
    }
  }

  @Test
  void aRequestIsAnsweredAfterAKeptConnectionToo() throws Exception {
    try (ApiFixture api = start(false);
        HttpClient client = client(ours.client())) {
      for (int i = 0; i < 50; i++) {
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(
                        URI.create(
                            "https://127.0.0.1:"
                                + api.server.port()
                                + "/v1/collections/docs/search"))
                    .header("Content-Type", "application/json")
                    .timeout(ApiFixture.PATIENCE)
                    .POST(BodyPublishers.ofString("{\"vector\":[1,0,0]}"))
                    .build(),
                BodyHandlers.ofString());
        assertEquals(200, answer.statusCode());
      }
    }
  }
}
