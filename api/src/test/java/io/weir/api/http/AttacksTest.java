package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.AttackedServer;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.RawConnection;
import io.weir.api.testing.RequestFuzzer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with a heap of 512 MiB goes through one attack after the other; after each, health and a
 * search are answered. What an attack is refused by is tested in classes of its own; here it is as
 * strong as a client on the same machine can make it.
 */
@Tag("heavy")
class AttacksTest {

  private static final String SEARCH = "/v1/collections/docs/search";
  private static final String LARGE = "{\"vector\":[1,0,0],\"k\":1000}";
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());

  @TempDir private Path directory;
  private int port;

  /** Something that a client can do to a server. */
  private interface Attack {

    void run() throws Exception;
  }

  @Test
  void aSmallHeapSurvivesThemAll() throws Exception {
    Path output = directory.resolve("output");
    Process server = start(output);
    try {
      awaitPort(server, output);
      after(server, output, "nothing", () -> {});
      after(server, output, "pipelined requests without end", this::pipelinedRequests);
      after(server, output, "large bodies that are announced", this::announcedBodies);
      after(server, output, "large bodies in chunks", this::chunkedBodies);
      after(server, output, "bodies that stop before their end", this::unfinishedBodies);
      after(server, output, "headers that come slowly", this::slowHeaders);
      after(server, output, "connections without end", this::connections);
      after(server, output, "large answers that nobody reads", this::unreadAnswers);
      after(server, output, "exports that nobody reads", this::unreadExports);
      after(server, output, "JSON that is deep, wide and long", this::jsonBombs);
      after(server, output, "queries that are long", this::parameterBombs);
      after(server, output, "searches that are abandoned", this::abandonedSearches);
      after(server, output, "more searches than can be done", this::overload);
      after(server, output, "requests that are nearly right", this::fuzz);
      server.getOutputStream().close();
      assertTrue(server.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS), () -> read(output));
      assertEquals(0, server.exitValue(), () -> read(output));
      assertFalse(read(output).contains("LEAK"), () -> read(output));
    } finally {
      server.destroyForcibly();
    }
  }

  private Process start(Path output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(property("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dio.netty.leakDetection.level=paranoid",
            "--add-modules",
            "jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            property("java.class.path"),
            AttackedServer.class.getName(),
            directory.resolve("data").toString(),
            directory.resolve("port").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }

  private void awaitPort(Process server, Path output) throws Exception {
    Path file = directory.resolve("port");
    long end = System.nanoTime() + BOUND.toNanos();
    while (!Files.exists(file)) {
      assertTrue(server.isAlive() && System.nanoTime() < end, () -> read(output));
      LockSupport.parkNanos(20_000_000);
    }
    port = Integer.parseInt(Files.readString(file));
  }

  private static String read(Path output) {
    try {
      return Files.readString(output, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void after(Process server, Path output, String what, Attack attack) throws Exception {
    attack.run();
    try {
      Eventually.holds("health is answered", () -> answers(get("/livez")));
      Eventually.holds(
          "a search is answered", () -> answers(post("{\"key\":\"7\",\"withPayload\":false}")));
    } catch (AssertionError e) {
      throw new AssertionError("after " + what + ":\n" + read(output), e);
    }
    assertTrue(server.isAlive(), () -> "after " + what + ":\n" + read(output));
  }

  private boolean answers(String request) {
    return answers("127.0.0.1", request);
  }

  private boolean answers(String from, String request) {
    try (RawConnection connection = new RawConnection(from, port)) {
      connection.send(request);
      return connection.read().status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String head(String framing) {
    return "POST "
        + SEARCH
        + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + framing
        + "\r\n\r\n";
  }

  private static String post(String json) {
    return head("Content-Length: " + json.length()) + json;
  }

  /** As many of these at a time as there are. */
  private static void together(int count, Attack attack) throws Exception {
    try (ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        running.add(
            attackers.submit(() -> {
              try {
                attack.run();
              } catch (IOException refused) {
                // That is what is to be expected.
              }
              return true;
            }));
      }
      for (Future<?> one : running) {
        one.get(BOUND.toSeconds(), TimeUnit.SECONDS);
      }
    }
  }

  private void pipelinedRequests() throws Exception {
    byte[] request = get("/livez").getBytes(StandardCharsets.UTF_8);
    ByteBuffer many = ByteBuffer.allocate(request.length * 1_000);
    for (int i = 0; i < 1_000; i++) {
      many.put(request);
    }
    try (SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
      channel.configureBlocking(false);
      long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (System.nanoTime() < end) {
        if (!many.hasRemaining() || many.position() == 0) {
          many.rewind();
        }
        if (channel.write(many) == 0) {
          LockSupport.parkNanos(2_000_000);
        }
      }
    } catch (IOException closed) {
      // It was too much.
    }
  }

  private void announcedBodies() throws Exception {
    byte[] piece = new byte[1 << 20];
    together(
        20,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send(head("Content-Length: " + 1_500L * piece.length));
            for (int i = 0; i < 1_500; i++) {
              connection.send(piece);
            }
          }
        });
  }

  private void chunkedBodies() throws Exception {
    byte[] piece = new byte[1 << 16];
    together(
        20,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send(head("Transfer-Encoding: chunked"));
            for (int i = 0; i < 20_000; i++) {
              connection.send("10000\r\n");
              connection.send(piece);
              connection.send("\r\n");
            }
          }
        });
  }

  private void unfinishedBodies() throws Exception {
    byte[] most = new byte[1_000_000];
    together(
        900,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send(head("Content-Length: " + (most.length + 1)));
            connection.send(most);
            connection.readToEnd();
          }
        });
  }

  private void slowHeaders() throws Exception {
    together(
        900,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send("GET /livez HTTP/1.1\r\nX: ");
            for (int i = 0; i < 100; i++) {
              connection.send("x");
              LockSupport.parkNanos(50_000_000);
            }
          }
        });
  }

  private void connections() throws Exception {
    List<RawConnection> open = new ArrayList<>();
    try {
      for (int i = 0; i < 3_000; i++) {
        open.add(new RawConnection(port));
      }
    } catch (IOException refused) {
      // It has enough, or the machine has.
    }
    try {
      Eventually.holds(
          "another address is answered meanwhile", () -> answers("127.0.0.2", get("/livez")));
    } finally {
      for (RawConnection one : open) {
        one.close();
      }
    }
  }

  private void unreadAnswers() throws Exception {
    together(
        300,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            for (int i = 0; i < 30; i++) {
              connection.send(post(LARGE));
            }
            LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
          }
        });
  }

  private void unreadExports() throws Exception {
    together(
        100,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send(get("/v1/collections/docs/export"));
            LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
          }
        });
  }

  private void jsonBombs() throws Exception {
    List<String> bombs =
        List.of(
            "[".repeat(1_000_000),
            "{\"a\":".repeat(200_000),
            "{\"vector\":[" + "1,".repeat(500_000) + "1]}",
            "{\"vector\":[" + "1".repeat(1_000_000) + "]}",
            "{\"vector\":[1e" + "9".repeat(1_000_000) + "]}",
            "{\"key\":\"" + "\\u0041".repeat(170_000) + "\"}",
            "{\"" + "k".repeat(1_000_000) + "\":1}",
            "{\"filter\":" + "{\"must\":[".repeat(100_000));
    for (String bomb : bombs) {
      together(
          50,
          () -> {
            try (RawConnection connection = new RawConnection(port)) {
              connection.send(post(bomb));
              int status = connection.read().status();
              assertTrue(status == 400 || status == 503, () -> "status " + status);
            }
          });
    }
  }

  private void parameterBombs() throws Exception {
    together(
        200,
        () -> {
          try (RawConnection connection = new RawConnection(port)) {
            connection.send(
                get(
                    "/v1/collections/docs/export?"
                        + "a%2".repeat(600)
                        + "&filter=%7B".repeat(200)));
            int status = connection.read().status();
            assertTrue(status == 400 || status == 414, () -> "status " + status);
          }
        });
  }

  private void abandonedSearches() throws Exception {
    for (int i = 0; i < 5; i++) {
      together(
          300,
          () -> {
            try (RawConnection connection = new RawConnection(port)) {
              connection.send(post(LARGE));
            }
          });
    }
  }

  /** Health is answered meanwhile, not only afterwards. */
  private void overload() throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    together(
        200,
        () -> {
          while (System.nanoTime() < end) {
            try (RawConnection connection = new RawConnection(port)) {
              connection.send(post(LARGE));
              int status = connection.read().status();
              assertTrue(status == 200 || status == 503 || status == 504, () -> "status " + status);
            }
            assertTrue(answers(get("/livez")), "health is not answered under load");
          }
        });
  }

  private void fuzz() throws Exception {
    RequestFuzzer fuzzer = new RequestFuzzer(SEED);
    for (int i = 0; i < 2_000; i++) {
      byte[] request = fuzzer.next();
      try (RawConnection connection = new RawConnection(port)) {
        connection.send(request);
      } catch (IOException refused) {
        // Another one follows.
      }
    }
  }
}
