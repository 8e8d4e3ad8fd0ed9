package io.weir.ingest;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.ingest.flow.IngestMetrics;
import io.weir.ingest.poll.ByteBudget;
import io.weir.ingest.poll.RebalanceHandler;
import io.weir.ingest.registry.SchemaRegistry;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
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
 * <p>The poll thread that fails begins again, with another consumer; see {@link SharedPoller}.
 *
 * <p>Threads that it owns: {@code weir-ingest-control}, {@code weir-ingest-poll} (the consumer),
 * {@code weir-ingest-<n>} (decode and append), {@code weir-ingest-dead-letters-<collection>}, those
 * of Kafka's clients, and with a schema registry those of its HTTP client.
 *
 * <p><b>Ownership:</b> borrows the store and the registry; stop this before closing the store.
 *
 * <p><b>Threads:</b> any.
 */
public final class IngestService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
  private static final Duration RESUME_LIMIT = Duration.ofSeconds(30);
  private static final Duration WAITERS_LIMIT = Duration.ofSeconds(5);

  private final IngestSettings settings;
  private final IngestMetrics metrics;
  private final Scheduler workers;
  private final ScheduledExecutorService control;
  private final Optional<SchemaRegistry> schemaRegistry;
  private final VectorStore store;
  private final InstantSource clock;
  private final ByteBudget budget;
  private final Pollers pollers;
  private final SharedPoller shared;

  /** Grows by what the control thread finds. */
  private final List<FeedRun> feeds = new CopyOnWriteArrayList<>();

  private final TopicFinder finder;
  private final Optional<GroupOwnership> group;
  private final AtomicBoolean awake = new AtomicBoolean();

  /** Control thread only: the topics that the group is asked for. */
  private final Set<String> subscribed = new TreeSet<>();

  private volatile @Nullable Admin admin;
  private volatile Optional<String> problem = Optional.empty();
  private volatile boolean topicsKnown;
  private volatile boolean stopping;

  private IngestService(
      IngestSettings settings, VectorStore store, MeterRegistry registry, InstantSource clock) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
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
    this.schemaRegistry = settings.schemaRegistry().map(SchemaRegistry::new);
    List<FeedDecoders> decoders = decoders(settings, schemaRegistry);
    this.workers =
        Schedulers.fromExecutorService(
            Executors.newScheduledThreadPool(
                settings.workers(),
                Thread.ofPlatform().name("weir-ingest-", 0).daemon().factory()));
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("weir-ingest-control").daemon().factory());
    this.budget =
        new ByteBudget(
            settings.inFlightBytes(), ClientProperties.bytesOfAFetch(settings.kafkaProperties()));
    this.group =
        settings.assignment() instanceof Assignment.Group
            ? Optional.of(new GroupOwnership(this::feedOf, this::wakeControl))
            : Optional.empty();
    this.pollers = pollers();
    this.shared = new SharedPoller(pollers::shared, clock);
    for (int i = 0; i < collections.size(); i++) {
      feeds.add(newFeed(settings.feeds().get(i), decoders.get(i), collections.get(i)));
    }
    this.finder = new TopicFinder(settings.patterns());
    this.topicsKnown = !finder.looks();
    metrics.longestPollInterval(shared::longestPollInterval);
  }

  private static List<FeedDecoders> decoders(
      IngestSettings settings, Optional<SchemaRegistry> schemaRegistry) {
    try {
      return settings.feeds().stream().map(feed -> new FeedDecoders(feed, schemaRegistry)).toList();
    } catch (IllegalArgumentException e) {
      schemaRegistry.ifPresent(SchemaRegistry::close);
      throw e;
    }
  }

  /**
   * Starts to feed. Returns at once: whether Kafka can be reached shows in {@link #status}. Of
   * collections that the store has, and that topics of a pattern feed, the fields are declared
   * then.
   *
   * @throws IllegalArgumentException if a feed's collection is not declared in the store, or its
   *     schema file cannot be used
   */
  public static IngestService start(
      IngestSettings settings, VectorStore store, MeterRegistry registry) {
    return start(settings, store, registry, InstantSource.system());
  }

  /** As {@link #start(IngestSettings, VectorStore, MeterRegistry)}, by a clock that is given. */
  static IngestService start(
      IngestSettings settings, VectorStore store, MeterRegistry registry, InstantSource clock) {
    RecoveredCollections.declare(settings, store);
    IngestService service = new IngestService(settings, store, registry, clock);
    // The loop logs its own failures; one that ends it is logged there too.
    var _ =
        service.control.scheduleWithFixedDelay(
            service::look, 0, LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    return service;
  }

  /** How far everything is. */
  public IngestStatus status() {
    return new IngestStatus(
        problem.or(shared::problem),
        shared.longestPollInterval(),
        feeds.stream().map(FeedRun::status).toList(),
        topicsKnown,
        finder.skipped());
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
    feeds.forEach(FeedRun::closing);
    endControl();
    group.ifPresent(GroupOwnership::stop);
    feeds.forEach(FeedRun::stopRebuilds);
    shared.close();
    boolean finished = await(limit);
    feeds.forEach(feed -> feed.stop(StopReason.CLOSED, "ingest was stopped"));
    if (!finished && !await(WAITERS_LIMIT)) {
      LOG.error("a batch has not ended {} after it was told to", WAITERS_LIMIT);
    }
    feeds.forEach(FeedRun::close);
    schemaRegistry.ifPresent(SchemaRegistry::close);
    workers.dispose();
    metrics.close();
    return finished;
  }

  /** {@link #stop} with ten seconds. */
  @Override
  public void close() {
    stop(CLOSE_LIMIT);
  }

  /**
   * Has a shard go on that has stopped, in the way that an operator wants. Waits for the brokers,
   * and for what the control thread is doing.
   */
  public ResumeResult resume(String collection, int partition, ResumeWay way) {
    Optional<FeedRun> feed =
        feeds.stream().filter(one -> one.collection().equals(collection)).findFirst();
    if (feed.isEmpty()) {
      return new ResumeResult.Unknown();
    }
    try {
      return control
          .submit(() -> resume(feed.get(), partition, way))
          .get(RESUME_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      return new ResumeResult.Refused("Weir is stopping");
    } catch (TimeoutException e) {
      return new ResumeResult.Refused(
          "the brokers have not answered within " + RESUME_LIMIT + "; it may go on yet");
    } catch (ExecutionException e) {
      LOG.error("collection {} partition {}: cannot be resumed", collection, partition, e);
      return new ResumeResult.Refused("it failed: " + rootMessage(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new ResumeResult.Refused("the wait for it was interrupted; it may go on yet");
    }
  }

  private ResumeResult resume(FeedRun feed, int partition, ResumeWay way) {
    Admin asking = admin;
    return asking == null
        ? new ResumeResult.Refused("not in touch with the brokers: " + problem.orElse("not yet"))
        : feed.resume(partition, way, new TopicLookup(asking));
  }

  private FeedRun newFeed(CollectionFeed feed, FeedDecoders decoders, VectorCollection collection) {
    return new FeedRun(
        feed,
        decoders,
        collection,
        settings,
        budget,
        workers,
        metrics,
        shared,
        pollers::own,
        clock);
  }

  /** One round of the control thread. */
  private void look() {
    awake.set(false);
    if (stopping) {
      return;
    }
    try {
      Admin asking = admin;
      if (asking == null) {
        asking = Admin.create(ClientProperties.admin(settings.kafkaProperties()));
        admin = asking;
      }
      shared.ready();
      look(new TopicLookup(asking));
    } catch (KafkaException e) {
      unreachable(rootMessage(e));
    } catch (RuntimeException | Error e) {
      if (stopping) {
        LOG.debug("the control thread was broken off", e);
      } else {
        LOG.error("the control thread has failed; it tries again", e);
      }
      unreachable(e.toString());
    }
  }

  private Pollers pollers() {
    boolean commits = group.isPresent() || settings.offsetsGroup().isPresent();
    return new Pollers(
        settings,
        this::topicIds,
        group.map(ownership -> (RebalanceHandler) ownership),
        commits ? Optional.of(new DurableOffsets(() -> feeds, metrics)) : Optional.empty());
  }

  private CompletableFuture<Map<String, Optional<UUID>>> topicIds(Set<String> topics) {
    Admin asking = admin;
    return asking == null
        ? CompletableFuture.failedFuture(new IllegalStateException("not connected yet"))
        : new TopicLookup(asking).ids(topics);
  }

  private void look(TopicLookup lookup) {
    if (finder.looks()) {
      find(lookup);
    }
    Map<String, TopicLookup.Topic> topics =
        lookup.topics(feeds.stream().map(FeedRun::topic).toList());
    if (group.isPresent()) {
      subscribe(topics);
    }
    Optional<String> error = Optional.empty();
    for (FeedRun feed : feeds) {
      TopicLookup.Topic topic =
          topics.getOrDefault(feed.topic(), new TopicLookup.Topic.Unknown("not answered"));
      if (topic instanceof TopicLookup.Topic.Unknown(String why)) {
        error = Optional.of(why);
      }
      if (!stopping) {
        feed.look(topic, lookup);
      }
    }
    problem = error;
  }

  private void find(TopicLookup lookup) {
    Optional<Set<String>> names = lookup.names();
    if (names.isEmpty()) {
      return;
    }
    List<CollectionFeed> known = feeds.stream().map(FeedRun::feed).toList();
    for (TopicFinder.Found found : finder.find(names.get(), known)) {
      CollectionFeed feed = found.feed();
      if (feeds.stream().anyMatch(other -> other.collection().equals(feed.collection()))) {
        finder.skip(feed.topic(), "collection " + feed.collection() + " has another topic already");
        continue;
      }
      try {
        FeedDecoders decoders = new FeedDecoders(feed, schemaRegistry);
        VectorCollection collection =
            store.declare(feed.collection(), found.pattern().schema(), feed.declaredFields());
        feeds.add(newFeed(feed, decoders, collection));
        LOG.info("topic {} was found: it feeds collection {}", feed.topic(), feed.collection());
      } catch (IllegalArgumentException e) {
        finder.skip(feed.topic(), String.valueOf(e.getMessage()));
      }
    }
    topicsKnown = true;
  }

  /** A topic that has been seen stays: the group takes its partitions when it is gone. */
  private void subscribe(Map<String, TopicLookup.Topic> topics) {
    topics.forEach((name, topic) -> {
      if (topic instanceof TopicLookup.Topic.Present) {
        subscribed.add(name);
      }
    });
    shared.current().subscribe(subscribed);
  }

  private Optional<FeedRun> feedOf(String topic) {
    return feeds.stream().filter(feed -> feed.topic().equals(topic)).findFirst();
  }

  /** Has the control thread look now and not in a second; one look is enough for several calls. */
  private void wakeControl() {
    if (awake.compareAndSet(false, true)) {
      try {
        control.execute(this::look);
      } catch (RejectedExecutionException e) {
        LOG.debug("the control thread has ended", e);
      }
    }
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

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
