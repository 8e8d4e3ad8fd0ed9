package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.deploy.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** Broker and producer die together, as they do when the demo is killed. */
@Tag("heavy")
class KilledDemoTest {

  private static final int KILLS = 2;
  private static final int MAX_RECORDS_BEFORE_KILL = 40_000;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void aKilledStreamIsContinuedWithoutALostOrDoubledRecord(@TempDir Path folder) throws Exception {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int kill = 0; kill < KILLS; kill++) {
      runAndKill(folder, 1 + random.nextInt(MAX_RECORDS_BEFORE_KILL), "-Dweir.seed=" + seed);
    }
    RecordSource source = KilledDemo.source();
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder)) {
      TopicFeeder feeder = TopicFeeder.prepare(broker.bootstrapServers(), KilledDemo.TOPIC, source);
      assertTrue(feeder.alreadyThere() > 0, () -> "rerun with -Dweir.seed=" + seed);
      assertTrue(feeder.feed(_ -> {}).complete(), () -> "rerun with -Dweir.seed=" + seed);
      TopicContent.assertHoldsExactly(source, broker.bootstrapServers(), KilledDemo.TOPIC);
    }
  }

  private static void runAndKill(Path folder, int records, String rerun) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(property("java.home"), "bin", "java").toString(),
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx512m",
                    "-cp",
                    property("java.class.path"),
                    KilledDemo.class.getName(),
                    folder.toString(),
                    Integer.toString(records)))
            .redirectErrorStream(true)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      // The lines end with the process at the latest, and the process with the records.
      assertTrue(out.lines().anyMatch(KilledDemo.SENT::equals), rerun);
    } finally {
      process.destroyForcibly();
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the killed process ends");
    }
  }

  private static String property(String name) {
    return Objects.requireNonNull(System.getProperty(name), name);
  }
}
