package io.weir.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Feeds the collections of a store from Kafka, from {@link #start} to {@link #stop}.
 *
 * <p>Starting does not wait for Kafka: a control thread connects in the background, again and again
 * until it succeeds, looks for the topics, starts their shards, and goes on looking once a second
 * for new ends and for topics that are not what they were. What it meets is in {@link #status}.
 *
 * <p>Threads that it owns: {@code weir-ingest-control}, {@code weir-ingest-poll} (the consumer),
 * {@code weir-ingest-<n>} (decode and append), {@code weir-ingest-dead-letters-<collection>}, and
 * those of Kafka's clients.
 *
 * <p><b>Ownership:</b> borrows the store and the registry; stop this before closing the store.
 *
 * <p><b>Threads:</b> any.
 */
public final class IngestService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final Duration WAITERS_LIMIT = Duration.ofSeconds(5);

  private final IngestSettings settings;
  private final IngestMetrics metrics;
  private final Scheduler workers;
  private final ScheduledExecutorService control;
  private final List<FeedRun> feeds;
  private volatile @Nullable Admin admin;
  private volatile @Nullable PartitionPoller poller;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean stopping;

  private IngestService(IngestSettings settings, VectorStore store, MeterRegistry registry) {
    this.settings = settings;
    this.metrics = new IngestMetrics(registry);
    List<VectorCollection> collections = new ArrayList<>();
    for (CollectionFeed feed : settings.feeds()) {
      collections.add(
          store
              .collection(feed.collection())
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "collection " + feed.collection() + " is not declared in the store")));
    }
    this.workers =
        Schedulers.fromExecutorService(
            Executors.newScheduledThreadPool(
                settings.workers(),
                Thread.ofPlatform().name("weir-ingest-", 0).daemon().factory()));
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("weir-ingest-control").daemon().factory());
    List<FeedRun> runs = new ArrayList<>();
    for (int i = 0; i < collections.size(); i++) {
      runs.add(
          new FeedRun(settings.feeds().get(i), collections.get(i), settings, workers, metrics));
    }
    this.feeds = List.copyOf(runs);
    metrics.longestPollInterval(this::longestPollInterval);
  }

  /**
   * Starts to feed. Returns at once: whether Kafka can be reached shows in {@link #status}.
   *
   * @throws IllegalArgumentException if a feed's collection is not declared in the store
   */
  public static IngestService start(
      IngestSettings settings, VectorStore store, MeterRegistry registry) {
    IngestService service = new IngestService(settings, store, registry);
    // The loop logs its own failures; one that ends it is logged there too.
    var _ =
        service.control.scheduleWithFixedDelay(
            service::look, 0, LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return service;
  }

  /** How far everything is. */
  public IngestStatus status() {
    PartitionPoller polling = poller;
    return new IngestStatus(
        problem.or(() -> polling == null ? Optional.empty() : polling.problem()),
        longestPollInterval(),
        feeds.stream().map(FeedRun::status).toList());
  }

  /**
   * Stops polling, lets the batches in hand finish, and ends those that are still waiting (for
   * room, for a dead-letter topic) when the time is up. Nothing is applied after it returns; a
   * final checkpoint is the caller's. A second call does nothing.
   *
   * @param limit how long batches may take to finish
   * @return whether all of them finished. Those that did not were left in the middle, with the
   *     shard's position where it belongs
   */
  public boolean stop(Duration limit) {
    synchronized (this) {
      if (stopping) {
        return true;
      }
      stopping = true;
    }
    endControl();
    PartitionPoller polling = poller;
    if (polling != null) {
      polling.close();
    }
    boolean finished = await(limit);
    feeds.forEach(feed -> feed.stop(StopReason.CLOSED, "ingest was stopped"));
    if (!finished && !await(WAITERS_LIMIT)) {
      LOG.error("a batch has not ended {} after it was told to", WAITERS_LIMIT);
    }
    feeds.forEach(FeedRun::close);
    workers.dispose();
    metrics.close();
    return finished;
  }

  /** {@link #stop} with ten seconds. */
  @Override
  public void close() {
    stop(CLOSE_LIMIT);
  }

  /** One round of the control thread. */
  private void look() {
    if (stopping) {
      return;
    }
    try {
      Admin asking = admin;
      if (asking == null) {
        asking = Admin.create(ClientProperties.admin(settings.kafkaProperties()));
        admin = asking;
      }
      PartitionPoller polling = poller;
      if (polling == null) {
        polling =
            new PartitionPoller(
                new KafkaConsumer<>(ClientProperties.consumer(settings.kafkaProperties())));
        poller = polling;
      }
      look(new TopicLookup(asking), polling);
    } catch (KafkaException e) {
      unreachable(rootMessage(e));
    } catch (RuntimeException | Error e) {
      LOG.error("the control thread has failed; it tries again", e);
      unreachable(e.toString());
    }
  }

  private void look(TopicLookup lookup, PartitionPoller polling) {
    Map<String, TopicLookup.Topic> topics =
        lookup.topics(feeds.stream().map(FeedRun::topic).toList());
    Optional<String> error = Optional.empty();
    for (FeedRun feed : feeds) {
      TopicLookup.Topic topic =
          topics.getOrDefault(feed.topic(), new TopicLookup.Topic.Unknown("not answered"));
      if (topic instanceof TopicLookup.Topic.Unknown(String why)) {
        error = Optional.of(why);
      }
      if (!stopping) {
        feed.look(topic, lookup, polling);
      }
    }
    problem = error;
  }

  private void unreachable(String error) {
    if (!stopping) {
      problem = Optional.of(error);
      feeds.forEach(feed -> feed.unreachable(error));
    }
  }

  /** Never interrupts: the control thread may be reading a shard's files. */
  private void endControl() {
    control.shutdown();
    Admin asking = admin;
    if (asking != null) {
      asking.close(Duration.ZERO);
    }
    boolean interrupted = false;
    try {
      if (!control.awaitTermination(
          TopicLookup.TIMEOUT.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.error("the control thread does not end");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean await(Duration limit) {
    CompletableFuture<@Nullable Void> all =
        CompletableFuture.allOf(
            feeds.stream().map(FeedRun::ended).toArray(CompletableFuture<?>[]::new));
    try {
      all.get(Math.max(0, limit.toMillis()), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a shard's end cannot fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration longestPollInterval() {
    PartitionPoller polling = poller;
    return polling == null ? Duration.ZERO : polling.longestPollInterval();
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
