package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.ApiSettings;
import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.ViewSettings;
import io.weir.api.WatchSettings;
import io.weir.api.access.SecuritySettings;
import io.weir.api.observe.RequestLogs;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.RawConnection;
import io.weir.api.testing.RequestFuzzer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that are nearly right, at random. Each is answered, or its connection ends; nothing is
 * the server's fault but that it is busy; and nothing is left of it.
 *
 * <p>{@code -Dweir.seed} makes the same requests again, {@code -Dweir.fuzz.seconds} sets how long
 * the long run takes.
 */
@ExtendWith(NoLeaks.class)
class FuzzTest {

  private static final int CLIENTS = 16;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");
  private static final Set<Integer> BUSY = Set.of(503, 504);
  private static final Duration SOON = Duration.ofMillis(500);

  private static final long SEED = Long.getLong("weir.seed", System.nanoTime());

  @TempDir private Path directory;

  @Test
  void nothingIsTheServersFaultNorLeftBehind() throws Exception {
    fuzz(Duration.ofSeconds(5));
  }

  @Test
  @Tag("heavy")
  void norIsItInALongRun() throws Exception {
    fuzz(Duration.ofSeconds(Integer.getInteger("weir.fuzz.seconds", 600)));
  }

  private static ApiSettings settings() {
    return new ApiSettings(
        "127.0.0.1",
        0,
        1 << 20,
        1_000,
        1_000,
        2,
        64,
        Duration.ofSeconds(2),
        ApiFixture.PATIENCE,
        SOON,
        SOON,
        ApiFixture.PATIENCE,
        new ViewSettings(8, Duration.ofSeconds(1), Duration.ofSeconds(2), 2, Duration.ofSeconds(5)),
        RequestLogs.defaults(),
        WatchSettings.defaults(),
        QdrantSettings.defaults(),
        SecuritySettings.none());
  }

  private void fuzz(Duration howLong) throws Exception {
    try (ApiFixture api = ApiFixture.start(directory, _ -> settings(), FeedStatus.none());
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      api.put("a", "{\"n\":1}", 1, 0, 0);
      api.put("a/b", "", 0, 1, 0);
      long end = System.nanoTime() + howLong.toNanos();
      Map<Integer, AtomicInteger> statuses = new TreeMap<>();
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RequestFuzzer fuzzer = new RequestFuzzer(SEED + i);
        running.add(
            clients.submit(() -> {
              while (System.nanoTime() < end) {
                ask(api, fuzzer.next(), statuses);
              }
              return true;
            }));
      }
      for (Future<?> client : running) {
        client.get(
            howLong.plus(ApiFixture.PATIENCE.multipliedBy(2)).toMillis(), TimeUnit.MILLISECONDS);
      }
      assertTrue(statuses.keySet().containsAll(Set.of(200, 400, 404)), statuses::toString);
      assertNothingIsLeft(api);
    }
  }

  /** What went wrong is told with the request and the seed. */
  private static void ask(ApiFixture api, byte[] request, Map<Integer, AtomicInteger> statuses) {
    String answers;
    try (RawConnection connection = new RawConnection(api.server.port())) {
      answers = answers(connection, request);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no end of the answers" + told(request), e);
    } catch (IOException e) {
      throw new AssertionError("no connection" + told(request), e);
    }
    Matcher matcher = STATUS.matcher(answers);
    while (matcher.find()) {
      int status = Integer.parseInt(answers, matcher.start(1), matcher.end(1), 10);
      assertTrue(
          status < 500 || BUSY.contains(status), () -> answers + "\nanswers" + told(request));
      synchronized (statuses) {
        statuses.computeIfAbsent(status, _ -> new AtomicInteger()).incrementAndGet();
      }
    }
  }

  private static String answers(RawConnection connection, byte[] request)
      throws SocketTimeoutException {
    try {
      connection.send(request);
      return new String(connection.readToEnd(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException reset) {
      // It did not want to hear the rest.
      return "";
    }
  }

  private static String told(byte[] request) {
    StringBuilder text = new StringBuilder(" (rerun with -Dweir.seed=" + SEED + ")\n");
    for (byte b : request) {
      char c = (char) (b & 0xff);
      if ((c >= ' ' && c < 0x7f) || c == '\n') {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      }
    }
    return text.toString();
  }

  private static void assertNothingIsLeft(ApiFixture api) throws Exception {
    ApiFixture.json(api.get("/livez"));
    assertEquals(
        "a",
        ApiFixture.json(api.search("{\"vector\":[1,0,0],\"k\":1}"))
            .path("hits")
            .path(0)
            .path("key")
            .asString());
    Eventually.holds("no request is in flight", () -> gauge(api, "weir.http.in.flight") == 0);
    Eventually.holds("no connection is open", () -> gauge(api, "weir.http.connections") == 0);
    Eventually.holds(
        "nothing is held",
        () ->
            api.meters.get("weir.http.held").gauges().stream()
                .allMatch(gauge -> gauge.value() == 0));
    Eventually.holds("no view is open", () -> api.store.openViews() == 0);
  }

  private static double gauge(ApiFixture api, String name) {
    return api.meters.get(name).gauge().value();
  }
}
