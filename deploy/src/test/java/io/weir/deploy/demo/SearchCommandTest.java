package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a small HTTP server that answers what it is told. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class SearchCommandTest {

  private static final String TWO_HITS =
      """
      {"hits": [
        {"key": "java.util.List#sort(Comparator)", "score": 0.87654321, "partition": 0,
         "payload": {"module": "java.base"}},
        {"key": "k", "score": -1.5, "partition": 1}],
       "position": {}}
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicReference<String> path = new AtomicReference<>("");
  private final AtomicReference<String> body = new AtomicReference<>("");

  private HttpServer server;
  private int status = 200;
  private String answer = TWO_HITS;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          path.set(exchange.getRequestURI().toString());
          body.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          try (OutputStream response = exchange.getResponseBody()) {
            response.write(bytes);
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void printsATableOfWhatWasFound() {
    assertEquals(0, search("--text", "sort a list"));
    assertEquals(
        """
        rank    score  key                              module
           1   0.8765  java.util.List#sort(Comparator)  java.base
           2  -1.5000  k
        """,
        out.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void sendsTheEmbeddedTextToTheDemosCollection() {
    assertEquals(0, search("--text", "sort a list"));
    assertEquals("/v1/collections/jdk/search", path.get());
    JsonNode request = new JsonMapper().readTree(body.get());
    assertEquals(10, request.path("k").asInt());
    float[] expected = HashingEmbedder.embed("sort a list");
    assertEquals(expected.length, request.path("vector").size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], Float.parseFloat(request.path("vector").path(i).asString()), 0f);
    }
  }

  @Test
  void sendsAKeyToAnyCollection() {
    assertEquals(0, search("--key", "synthetic-0", "--collection", "synthetic-768", "--k", "3"));
    assertEquals("/v1/collections/synthetic-768/search", path.get());
    assertEquals("{\"key\":\"synthetic-0\",\"k\":3}", body.get());
  }

  @Test
  void passesOnWhyTheServerRefuses() {
    status = 400;
    answer = "{\"title\": \"no\", \"detail\": \"the vector has 256 components, not 768\"}";
    assertEquals(1, search("--text", "x"));
    assertTrue(err.toString().contains("(400): the vector has 256 components, not 768"), err());
  }

  @Test
  void saysThatNobodyAnswers() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertEquals(1, command("--text", "x", "--url", "http://127.0.0.1:" + free));
    assertTrue(err().contains("nobody answers at http://127.0.0.1:" + free), err());
  }

  @Test
  void saysThatSomethingElseAnswers() {
    answer = "<html>hello</html>";
    assertEquals(1, search("--text", "x"));
    assertTrue(err().contains("it is no Weir"), err());
  }

  @Test
  void refusesAnAddressThatIsNoServer() {
    assertEquals(1, command("--text", "x", "--url", "localhost:8080"));
    assertTrue(err().contains("localhost:8080 is no address of a server"), err());
  }

  @Test
  void wantsATextOrAKey() {
    assertEquals(2, search());
    assertEquals(2, search("--text", "x", "--key", "y"));
  }

  @Test
  void refusesAKOutOfRange() {
    assertEquals(2, search("--text", "x", "--k", "0"));
    assertTrue(err().contains("--k is 0; allowed are 1 to 1000"), err());
  }

  private int search(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--url");
    all.add("http://127.0.0.1:" + server.getAddress().getPort());
    return command(all.toArray(String[]::new));
  }

  private int command(String... arguments) {
    return new CommandLine(new SearchCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private String err() {
    return err.toString();
  }
}
