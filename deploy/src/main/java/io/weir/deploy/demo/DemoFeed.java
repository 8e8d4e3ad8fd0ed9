package io.weir.deploy.demo;

import io.weir.deploy.terminal.Figures;
import io.weir.deploy.terminal.Progress;
import io.weir.deploy.terminal.StopRequest;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import io.weir.storage.StoreStats.ShardStats;
import io.weir.storage.record.SourcePosition;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The background of a demo: loads the records, sends what the topic lacks, waits until Weir has
 * taken everything in, and says so.
 *
 * <p><b>Threads:</b> runs on a thread of its own from {@link #start} to {@link #stop}.
 */
final class DemoFeed {

  private static final Duration POLL = Duration.ofMillis(50);

  private final DemoStream stream;
  private final String bootstrapServers;
  private final DemoTarget.Running weir;
  private final DemoConsole console;
  private final StopRequest stop;
  private final Thread thread;
  private final AtomicReference<@Nullable TopicFeeder> feeder = new AtomicReference<>();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  DemoFeed(
      DemoStream stream,
      String bootstrapServers,
      DemoTarget.Running weir,
      DemoConsole console,
      StopRequest stop) {
    this.stream = stream;
    this.bootstrapServers = bootstrapServers;
    this.weir = weir;
    this.console = console;
    this.stop = stop;
    this.thread = Thread.ofPlatform().name("demo-feed").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /**
   * Ends sending and waits for it.
   *
   * @throws IOException if feeding failed, now or earlier
   */
  void stop() throws IOException, InterruptedException {
    stop.request();
    TopicFeeder running = feeder.get();
    if (running != null) {
      running.stop();
    }
    thread.join();
    Exception failed = failure.get();
    if (failed != null) {
      throw new DemoException("the stream failed: " + failed.getMessage(), failed);
    }
  }

  private void run() {
    try {
      feed();
    } catch (IOException | RuntimeException e) {
      failure.set(e);
      stop.request();
    } catch (InterruptedException e) { // nobody interrupts this thread; if somebody does, it ends
      stop.request();
    }
  }

  private void feed() throws IOException, InterruptedException {
    RecordSource source = stream.records().load();
    TopicFeeder prepared = TopicFeeder.prepare(bootstrapServers, stream.name(), source);
    feeder.set(prepared);
    if (stop.isRequested()) {
      return;
    }
    long missing = source.size() - prepared.alreadyThere();
    console.say(
        "stream",
        "topic "
            + stream.name()
            + " holds "
            + Figures.count(prepared.alreadyThere())
            + " of "
            + Figures.count(source.size())
            + " records"
            + (missing == 0 ? "" : ", sending " + Figures.count(missing)));
    FeedReport report;
    try (Progress progress =
        console.progress(stream.name(), source.size(), prepared.alreadyThere())) {
      report = prepared.feed(progress);
    }
    if (report.sent() > 0) {
      console.say(
          "stream",
          "sent "
              + Figures.count(report.sent())
              + " records in "
              + Figures.duration(report.took())
              + ": "
              + Figures.count(Math.round(report.recordsPerSecond()))
              + " records/s");
    }
    if (report.complete()) {
      awaitTakenIn(report.nextOffsets());
    }
  }

  private void awaitTakenIn(List<Long> nextOffsets) throws InterruptedException {
    long start = System.nanoTime();
    while (!stop.isRequested()) {
      Optional<CollectionStats> found = collection(weir.stats());
      if (found.isPresent() && hasApplied(found.get(), nextOffsets)) {
        console.say(
            "search",
            "all "
                + Figures.count(found.get().liveRows())
                + " rows are searchable, "
                + Figures.duration(Duration.ofNanos(System.nanoTime() - start))
                + " after the last record was sent");
        return;
      }
      stop.awaitRequest(POLL);
    }
  }

  private Optional<CollectionStats> collection(StoreStats stats) {
    return stats.collections().stream().filter(one -> one.name().equals(stream.name())).findFirst();
  }

  private static boolean hasApplied(CollectionStats stats, List<Long> nextOffsets) {
    for (int partition = 0; partition < nextOffsets.size(); partition++) {
      if (applied(stats, partition) < nextOffsets.get(partition)) {
        return false;
      }
    }
    return true;
  }

  private static long applied(CollectionStats stats, int partition) {
    return stats.shards().stream()
        .filter(shard -> shard.partition() == partition)
        .findFirst()
        .flatMap(ShardStats::applied)
        .map(SourcePosition::nextOffset)
        .orElse(0L);
  }
}
