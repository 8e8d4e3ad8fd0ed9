package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.api.access.ApiKey;
import io.weir.api.access.KeyHash;
import io.weir.api.access.Role;
import io.weir.api.access.SecuritySettings;
import io.weir.api.access.TlsFiles;
import io.weir.deploy.testing.TestCertificate;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Metric;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Searches a real store over the real API. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SearchCommandTest {

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  @TempDir static Path folder;

  private static VectorStore store;
  private static ApiServer api;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeAll
  static void serve() throws IOException {
    store = VectorStore.open(folder, StoreOptions.defaults());
    VectorCollection jdk =
        store.declare("jdk", new VectorSchema(HashingEmbedder.DIMENSION, Metric.COSINE));
    put(jdk, 0, "sorts a list", "{\"module\":\"java.base\"}", HashingEmbedder.embed("sort list"));
    put(jdk, 1, "opens a window", "", HashingEmbedder.embed("open window"));
    VectorCollection small = store.declare("small", new VectorSchema(2, Metric.EUCLIDEAN));
    put(small, 0, "origin", "", 0, 0);
    put(small, 1, "far", "", 3, 4);
    api = start(ApiSettings.defaults());
  }

  private static ApiServer start(ApiSettings settings) throws IOException {
    return ApiServer.start(
        settings.withAddress("127.0.0.1", 0),
        store,
        FeedStatus.none(),
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
  }

  @AfterAll
  static void stop() throws IOException {
    api.close();
    store.close();
  }

  @Test
  void findsByTextInTheDemosCollection() {
    assertEquals(0, search("--text", "sorted lists"));
    List<String> lines = out.toString().lines().toList();
    assertEquals(3, lines.size(), out.toString());
    assertEquals("rank    score  key             module", lines.getFirst());
    assertTrue(lines.get(1).startsWith("   1   0."), out.toString());
    assertTrue(lines.get(1).endsWith("  sorts a list    java.base"), out.toString());
    assertTrue(lines.get(2).endsWith("  opens a window"), out.toString());
  }

  @Test
  void findsByKeyInAnyCollection() {
    assertEquals(0, search("--collection", "small", "--key", "origin"));
    assertEquals(
        List.of("rank    score  key     module", "   1   0.0000  origin", "   2   5.0000  far"),
        out.toString().lines().toList());
  }

  @Test
  void findsAsManyAsWanted() {
    assertEquals(0, search("--text", "list", "--k", "1"));
    assertEquals(2, out.toString().lines().count());
  }

  @Test
  void saysThatTheCollectionHasAnotherDimension() {
    assertEquals(1, search("--collection", "small", "--text", "sort a list"));
    assertError("refuses (400): ");
    assertError("256");
  }

  @Test
  void saysThatThereIsNoSuchCollectionOrKey() {
    assertEquals(1, search("--collection", "nothing", "--text", "x"));
    assertError("refuses (404): ");
    assertEquals(1, search("--key", "no such key"));
    assertError("no such key");
  }

  @Test
  void saysThatNobodyAnswers() {
    // The port of TCP's own service multiplexer, which nobody runs.
    assertEquals(1, command("--text", "x", "--url", "http://127.0.0.1:1"));
    assertError("nobody answers at http://127.0.0.1:1");
  }

  @Test
  void saysThatSomethingElseAnswers() {
    DisposableServer other =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((_, response) -> response.sendString(Mono.just("<html>hello</html>")))
            .bindNow();
    try {
      assertEquals(1, command("--text", "x", "--url", "http://127.0.0.1:" + other.port()));
      assertError("it is no Weir");
    } finally {
      other.disposeNow(Duration.ofSeconds(60));
    }
  }

  @Test
  void sendsTheKeyOfAFile(@TempDir Path files) throws Exception {
    ApiKey reader = new ApiKey("cli", KeyHash.of("weir_secret"), Role.READ, Optional.empty());
    SecuritySettings none = SecuritySettings.none();
    SecuritySettings keys =
        new SecuritySettings(
            List.of(reader), Optional.empty(), 0, false, Optional.empty(), none.reloadInterval());
    try (ApiServer guarded = start(ApiSettings.defaults().withSecurity(keys))) {
      String url = "http://127.0.0.1:" + guarded.port();
      assertEquals(1, command("--text", "list", "--url", url));
      assertError("refuses (401): send a key");
      Path file = Files.writeString(files.resolve("key"), "weir_secret\n\nhow to use it\n");
      assertEquals(0, command("--text", "list", "--url", url, "--key-file", file.toString()));
      Path empty = Files.createFile(files.resolve("empty"));
      assertEquals(1, command("--text", "list", "--url", url, "--key-file", empty.toString()));
      assertError("has no key in its first line");
      String missing = files.resolve("missing").toString();
      assertEquals(1, command("--text", "list", "--url", url, "--key-file", missing));
      assertError("cannot be read");
      assertEquals(1, command("--text", "list", "--url", url, "--trust", missing));
      assertError("missing");
    }
  }

  @Test
  void showsACertificateToAServerThatAsksForOne(@TempDir Path files) throws Exception {
    TestCertificate server = TestCertificate.make(files, "server");
    TestCertificate client = TestCertificate.make(files, "client");
    TestCertificate stranger = TestCertificate.make(files, "stranger");
    SecuritySettings none = SecuritySettings.none();
    SecuritySettings mutual =
        new SecuritySettings(
            List.of(),
            Optional.empty(),
            0,
            false,
            Optional.of(
                new TlsFiles(
                    server.certificate(), server.key(), Optional.of(client.certificate()))),
            none.reloadInterval());
    try (ApiServer guarded = start(ApiSettings.defaults().withSecurity(mutual))) {
      String url = "https://127.0.0.1:" + guarded.port();
      assertEquals(1, command("--text", "list", "--url", url));
      assertError("; --trust says whom to trust, --certificate what to show");
      assertEquals(1, trusting(server, url));
      assertEquals(1, trusting(server, url, shown(stranger.certificate(), stranger.key())));
      assertEquals("", out.toString());
      assertEquals(0, trusting(server, url, shown(client.certificate(), client.key())));
      assertTrue(out.toString().contains("sorts a list"), out::toString);
      assertEquals(1, trusting(server, url, shown(client.certificate(), files.resolve("none"))));
      assertError("TLS cannot be set up");
      assertEquals(2, trusting(server, url, "--certificate", client.certificate().toString()));
      assertError("--certificate-key");
    }
  }

  private static String[] shown(Path certificate, Path key) {
    return new String[] {
      "--certificate", certificate.toString(), "--certificate-key", key.toString()
    };
  }

  private int trusting(TestCertificate server, String url, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("--text", "list", "--url", url, "--trust", server.certificate().toString()));
    all.addAll(List.of(more));
    return command(all.toArray(String[]::new));
  }

  @Test
  void refusesAnAddressThatIsNoServer() {
    assertEquals(1, command("--text", "x", "--url", "localhost:8080"));
    assertError("localhost:8080 is no address of a server");
  }

  @Test
  void wantsATextOrAKey() {
    assertEquals(2, search());
    assertEquals(2, search("--text", "x", "--key", "y"));
  }

  @Test
  void refusesAKOutOfRange() {
    assertEquals(2, search("--text", "x", "--k", "0"));
    assertError("--k is 0; allowed are 1 to 1000");
  }

  private static void put(
      VectorCollection collection, long offset, String key, String payload, float... vector)
      throws IOException {
    byte[] bytes = new byte[vector.length * Float.BYTES];
    MemorySegment.copy(vector, 0, MemorySegment.ofArray(bytes), FLOAT, 0, vector.length);
    AppendResult result =
        collection
            .shard(0)
            .append(
                new VectorRecord.Upsert(
                    offset,
                    1,
                    MemorySegment.ofArray(key.getBytes(StandardCharsets.UTF_8)),
                    MemorySegment.ofArray(bytes),
                    MemorySegment.ofArray(payload.getBytes(StandardCharsets.UTF_8))),
                SourcePosition.UNKNOWN_EPOCH);
    assertEquals(new AppendResult.Appended(), result);
  }

  private int search(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--url");
    all.add("http://127.0.0.1:" + api.port());
    return command(all.toArray(String[]::new));
  }

  private int command(String... arguments) {
    return new CommandLine(new SearchCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private void assertError(String part) {
    assertTrue(err.toString().contains(part), err.toString());
  }
}
