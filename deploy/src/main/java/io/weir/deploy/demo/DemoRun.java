package io.weir.deploy.demo;

import io.weir.deploy.broker.EmbeddedBroker;
import io.weir.deploy.terminal.Figures;
import io.weir.deploy.terminal.StopRequest;
import io.weir.storage.StoreStats;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * One demo from start to stop: broker, Weir, stream; then the other way round.
 *
 * <p>Stops in the data's order, so that nothing is cut off: the producer, Weir (taking in, a final
 * checkpoint, HTTP), the broker, the temporary folder.
 */
final class DemoRun {

  private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(5);

  private final DemoTarget target;
  private final DemoOptions options;
  private final DemoConsole console;
  private final StopRequest stop;

  DemoRun(DemoTarget target, DemoOptions options, DemoConsole console, StopRequest stop) {
    this.target = target;
    this.options = options;
    this.console = console;
    this.stop = stop;
  }

  /**
   * Starts everything and returns when a stop was asked for and everything has stopped.
   *
   * @throws IOException if something cannot be started, the stream fails, or the final checkpoint
   *     does; everything has stopped then, too
   */
  void run() throws IOException, InterruptedException {
    try (DemoFolder folder = DemoFolder.open(options.folder())) {
      console.say(
          "data",
          folder.root()
              + (folder.isTemporary() ? ", deleted at the end; --dir FOLDER keeps it" : ""));
      long start = System.nanoTime();
      try (EmbeddedBroker broker = EmbeddedBroker.start(folder.broker(), options.kafkaPort())) {
        int partitions =
            broker.createTopic(options.stream().name(), options.partitions(), Map.of());
        console.say(
            "kafka",
            broker.bootstrapServers()
                + ", a broker in this process, ready in "
                + since(start)
                + "; topic "
                + options.stream().name()
                + " with "
                + partitions
                + " partitions");
        serve(folder, broker);
      }
    }
  }

  private void serve(DemoFolder folder, EmbeddedBroker broker)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    DemoTarget.Running weir = target.start(settings(folder, broker));
    Closeable stopping = () -> stopAndSummarise(weir);
    try (stopping) {
      announce(weir, since(start));
      feedUntilStopped(broker, weir);
    }
  }

  private DemoTarget.Settings settings(DemoFolder folder, EmbeddedBroker broker) {
    DemoStream stream = options.stream();
    return new DemoTarget.Settings(
        broker.bootstrapServers(),
        folder.weir(),
        options.wantedHttpPort(),
        options.httpPort() == null,
        CHECKPOINT_INTERVAL,
        stream.name(),
        stream.name(),
        stream.schema(),
        stream.format(),
        stream.fields());
  }

  private void announce(DemoTarget.Running weir, String startup) {
    URI http = weir.httpAddress();
    boolean asWanted = http.getPort() == options.wantedHttpPort();
    console.say(
        "weir",
        http
            + (asWanted ? "" : " (port " + options.wantedHttpPort() + " is taken)")
            + ", ready in "
            + startup
            + "; "
            + DemoText.recovery(weir.recovery()));
    console.say("");
    console.say("Try in another terminal, also while it streams:");
    DemoText.commands(options.stream(), http).forEach(command -> console.say("  " + command));
    console.say("");
    console.say("A checkpoint every " + CHECKPOINT_INTERVAL.toSeconds() + " s. Ctrl-C stops.");
    console.say("");
  }

  private void stopAndSummarise(DemoTarget.Running weir) throws IOException {
    long start = System.nanoTime();
    StoreStats last = weir.stop();
    console.say("stopped", "after a final checkpoint, in " + since(start));
    DemoText.summary(last).forEach(line -> console.say("", line));
  }

  private void feedUntilStopped(EmbeddedBroker broker, DemoTarget.Running weir)
      throws IOException, InterruptedException {
    DemoFeed feed = new DemoFeed(options.stream(), broker.bootstrapServers(), weir, console, stop);
    feed.start();
    try {
      stop.awaitRequest();
    } finally {
      feed.stop();
    }
  }

  private static String since(long startNanos) {
    return Figures.duration(Duration.ofNanos(System.nanoTime() - startNanos));
  }
}
