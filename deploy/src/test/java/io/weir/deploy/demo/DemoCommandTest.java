package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.terminal.StopRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Runs the command with a real broker and the real store. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class DemoCommandTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final StopRequest stop = new StopRequest();
  private final AtomicReference<@Nullable SmallWeir> weir = new AtomicReference<>();

  @Test
  void streamsTheJdkAndSaysWhenAllOfItIsSearchable(@TempDir Path folder) throws Exception {
    CompletableFuture<Integer> exit = start("--dir", folder.toString());
    awaitText("are searchable");
    SmallWeir running = weir();
    assertEquals(JdkApi.methods().size(), running.stats().collections().getFirst().liveRows());
    assertTrue(running.collection().get("java.util.Map#computeIfAbsent(K,Function)").isPresent());
    assertEquals(Duration.ofSeconds(5), running.settings().checkpointInterval());
    assertEquals(HashingEmbedder.DIMENSION, running.settings().schema().dimension());
    assertEquals(DemoTarget.Format.JSON, running.settings().format());
    assertEquals(JdkRecords.FIELDS, running.settings().fields());
    stop.request();
    assertEquals(0, exit.get(1, TimeUnit.MINUTES));
    assertTrue(text().contains("records/s"), text());
    assertTrue(text().contains("the store is new"), text());
    assertTrue(text().contains("jdk: "), text());
    assertTrue(
        text()
            .contains(
                "curl 'http://127.0.0.1:8080/v1/collections/jdk/vectors/"
                    + "java.util.Map%23computeIfAbsent%28K%2CFunction%29'"),
        text());
    assertTrue(
        text()
            .contains(
                "\"k\": 5, \"filter\": {\"must\": [{\"field\": \"package\", \"match\":"
                    + " \"java.util.concurrent\"}]}}'"),
        text());
    assertTrue(text().contains("deploy/weir search --text \"read all lines of a file\""), text());
  }

  @Test
  void goesOnInItsFolderWithoutALostOrDoubledRow(@TempDir Path folder) throws Exception {
    String[] arguments = {
      "--dir", folder.toString(), "--synthetic", "60000", "--dim", "32", "--partitions", "3"
    };
    CompletableFuture<Integer> first = start(arguments);
    awaitRows(1_000);
    stop.request();
    assertEquals(0, first.get(1, TimeUnit.MINUTES));

    DemoCommandTest next = new DemoCommandTest();
    CompletableFuture<Integer> second = next.start(arguments);
    next.awaitText("all 60,000 rows are searchable");
    assertTrue(next.text().contains("recovered "), next.text());
    next.stop.request();
    assertEquals(0, second.get(1, TimeUnit.MINUTES));
    assertTrue(next.text().contains("synthetic-32: 60,000 rows"), next.text());
  }

  @Test
  void deletesATemporaryFolder() throws Exception {
    CompletableFuture<Integer> exit = start("--synthetic", "10", "--dim", "4");
    awaitText("are searchable");
    Matcher line = Pattern.compile("(?m)^data +(.+), deleted at the end").matcher(text());
    assertTrue(line.find(), text());
    Path folder = Path.of(text().substring(line.start(1), line.end(1)));
    assertTrue(Files.isDirectory(folder), folder.toString());
    stop.request();
    assertEquals(0, exit.get(1, TimeUnit.MINUTES));
    assertFalse(Files.exists(folder), folder.toString());
  }

  @Test
  void endsWithAReasonWhenTheFolderHoldsOtherRecords(@TempDir Path folder) throws Exception {
    CompletableFuture<Integer> first =
        start("--dir", folder.toString(), "--synthetic", "50", "--dim", "4");
    awaitText("are searchable");
    stop.request();
    assertEquals(0, first.get(1, TimeUnit.MINUTES));

    DemoCommandTest next = new DemoCommandTest();
    CompletableFuture<Integer> second =
        next.start("--dir", folder.toString(), "--synthetic", "40", "--dim", "4");
    assertEquals(1, second.get(1, TimeUnit.MINUTES));
    assertTrue(next.err.toString().contains("already holds 50 records"), next.err.toString());
  }

  @Test
  void stopsTheBrokerWhenWeirDoesNotStart(@TempDir Path folder) throws Exception {
    DemoTarget broken =
        _ -> {
          throw new IOException("no Weir today");
        };
    assertEquals(1, execute(broken, "--dir", folder.toString()));
    assertTrue(err.toString().contains("no Weir today"), err.toString());

    CompletableFuture<Integer> again =
        start("--dir", folder.toString(), "--synthetic", "5", "--dim", "2");
    awaitText("are searchable");
    stop.request();
    assertEquals(0, again.get(1, TimeUnit.MINUTES));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--dim 8 | --dim is for --synthetic",
        "--synthetic 0 | --synthetic is 0; allowed are 1 to",
        "--synthetic 5 --dim 70000 | --dim is 70000; allowed are 1 to 65536",
        "--partitions 0 | --partitions is 0; allowed are 1 to 1000",
        "--port 70000 | --port is 70000; allowed are 1 to 65535",
        "--kafka-port -1 | --kafka-port is -1; allowed are 0 to 65535",
      })
  void refusesOptionsOutOfRange(String arguments, String message) {
    List<String> list =
        arguments.lines().flatMap(line -> Pattern.compile(" ").splitAsStream(line)).toList();
    assertEquals(2, execute(SmallWeir::start, list.toArray(String[]::new)));
    assertTrue(err.toString().contains(message), err.toString());
  }

  @Test
  void explainsItself() {
    assertEquals(0, helped().execute("--help"));
    for (String option :
        List.of("--dir", "--port", "--kafka-port", "--partitions", "--synthetic")) {
      assertTrue(text().contains(option), text());
    }
  }

  private CommandLine helped() {
    CommandLine commandLine = commandLine(SmallWeir::start);
    commandLine.getCommandSpec().mixinStandardHelpOptions(true);
    return commandLine;
  }

  private CompletableFuture<Integer> start(String... arguments) {
    DemoTarget target =
        settings -> {
          SmallWeir started = SmallWeir.start(settings);
          weir.set(started);
          return started;
        };
    CompletableFuture<Integer> exit = new CompletableFuture<>();
    Callable<Integer> run = () -> execute(target, arguments);
    Thread.ofPlatform()
        .name("demo-under-test")
        .start(() -> {
          try {
            exit.complete(run.call());
          } catch (Throwable e) {
            exit.completeExceptionally(e);
          }
        });
    return exit;
  }

  private int execute(DemoTarget target, String... arguments) {
    return commandLine(target).execute(arguments);
  }

  private CommandLine commandLine(DemoTarget target) {
    return new CommandLine(new DemoCommand(target, stop))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }

  private String text() {
    return out.toString();
  }

  private SmallWeir weir() {
    SmallWeir running = weir.get();
    if (running == null) {
      throw new IllegalStateException("not started: " + err);
    }
    return running;
  }

  private void awaitText(String part) throws InterruptedException {
    await(() -> text().contains(part));
  }

  private void awaitRows(long rows) throws InterruptedException {
    await(() -> {
      SmallWeir running = weir.get();
      return running != null
          && running.stats().collections().stream()
                  .mapToLong(collection -> collection.liveRows())
                  .sum()
              >= rows;
    });
  }

  private void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> "out: " + out + "\nerr: " + err);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
