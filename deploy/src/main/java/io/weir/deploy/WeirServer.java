package io.weir.deploy;

import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.weir.api.ApiServer;
import io.weir.api.ApiSettings;
import io.weir.api.QdrantSettings;
import io.weir.api.ViewSettings;
import io.weir.api.observe.RequestLogs;
import io.weir.deploy.config.ByteCountFormat;
import io.weir.deploy.config.CollectionConfig;
import io.weir.deploy.config.ConstantName;
import io.weir.deploy.config.LogConfig;
import io.weir.deploy.config.QdrantConfig;
import io.weir.deploy.config.ViewConfig;
import io.weir.deploy.config.WatchConfig;
import io.weir.deploy.config.WeirConfig;
import io.weir.deploy.log.RequestLogOutput;
import io.weir.ingest.Assignment;
import io.weir.ingest.CollectionFeed;
import io.weir.ingest.IngestService;
import io.weir.ingest.IngestSettings;
import io.weir.ingest.TopicPattern;
import io.weir.storage.CheckpointSchedule;
import io.weir.storage.RecoveryReport;
import io.weir.storage.ShardOpening;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Weir: a store, what feeds it, and what answers from it.
 *
 * <p>Built in the data's order: the store is opened and recovered, the collections are declared,
 * ingest starts to read, the API starts to answer. It answers before it has caught up with the
 * topics; {@code /readyz} tells. {@link #stop} takes it down again.
 *
 * <p><b>Ownership:</b> owns all of it, the data folder's lock included.
 *
 * <p><b>Threads:</b> any.
 */
public final class WeirServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WeirServer.class);

  private final VectorStore store;
  private final IngestService ingest;
  private final ApiServer api;
  private final OrderlyStop orderlyStop;
  private final RequestLogOutput logs;

  private WeirServer(
      VectorStore store,
      IngestService ingest,
      ApiServer api,
      PrometheusMeterRegistry meters,
      RequestLogOutput logs) {
    this.store = store;
    this.ingest = ingest;
    this.api = api;
    this.logs = logs;
    this.orderlyStop = new OrderlyStop(store, ingest, api, meters);
  }

  /**
   * Starts everything.
   *
   * @param portPolicy what to do when the HTTP port is taken
   * @throws StartException if the data folder or the port cannot be used; nothing is left open
   * @throws IllegalArgumentException if the settings contradict one another; those that were read
   *     by {@link io.weir.deploy.config.ConfigReader} do not
   */
  public static WeirServer start(WeirConfig config, PortPolicy portPolicy) throws StartException {
    IngestSettings ingestSettings = ingestSettings(config);
    // First: the port's first request is a line, too.
    RequestLogOutput logs = RequestLogOutput.open(config.logs());
    try {
      return start(config, ingestSettings, portPolicy, logs);
    } catch (Throwable e) {
      logs.close();
      throw e;
    }
  }

  private static WeirServer start(
      WeirConfig config,
      IngestSettings ingestSettings,
      PortPolicy portPolicy,
      RequestLogOutput logs)
      throws StartException {
    VectorStore store = open(config);
    try {
      declare(config, store);
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      new DiskSpaceMetrics(config.data().toAbsolutePath().toFile()).bindTo(meters);
      IngestService ingest = ingest(ingestSettings, store, meters);
      try {
        ApiServer api = listen(config, portPolicy, store, ingest, meters);
        WeirServer server = new WeirServer(store, ingest, api, meters, logs);
        server.tell(config);
        return server;
      } catch (StartException | RuntimeException e) {
        ingest.close();
        throw e;
      }
    } catch (StartException | RuntimeException e) {
      close(store, e);
      throw e;
    }
  }

  private static IngestSettings ingestSettings(WeirConfig config) {
    Map<String, Object> properties = new HashMap<>(config.kafka().properties());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, config.kafka().bootstrapServers());
    List<CollectionFeed> feeds =
        config.collections().stream()
            .filter(collection -> collection.topicsRegex().isEmpty())
            .map(CollectionConfig::feed)
            .toList();
    List<TopicPattern> patterns =
        config.collections().stream().flatMap(one -> one.pattern().stream()).toList();
    IngestSettings settings =
        IngestSettings.of(properties, feeds, config.schemaRegistry())
            .withAssignment(config.assignment())
            .withPatterns(patterns);
    return config.kafka().offsetsGroupId().map(settings::withOffsetsGroup).orElse(settings);
  }

  private static VectorStore open(WeirConfig config) throws StartException {
    try {
      return VectorStore.open(config.data(), config.store().withShardOpening(opening(config)));
    } catch (IOException e) {
      throw StartException.of("cannot open data folder " + config.data(), e);
    }
  }

  /** A folder may hold shards of partitions that are somebody else's by now. */
  private static ShardOpening opening(WeirConfig config) {
    return switch (config.assignment()) {
      case Assignment.All _ -> ShardOpening.AT_START;
      case Assignment.Listed _, Assignment.Group _ -> ShardOpening.ON_DEMAND;
    };
  }

  private static void declare(WeirConfig config, VectorStore store) throws StartException {
    for (CollectionConfig collection : config.collections()) {
      if (collection.topicsRegex().isPresent()) {
        continue;
      }
      try {
        var _ =
            store.declare(
                collection.name(), collection.schema(), collection.feed().declaredFields());
      } catch (IllegalArgumentException e) {
        throw StartException.of("cannot declare collection " + collection.name(), e);
      }
    }
  }

  private static IngestService ingest(
      IngestSettings settings, VectorStore store, PrometheusMeterRegistry meters)
      throws StartException {
    try {
      return IngestService.start(settings, store, meters);
    } catch (IllegalArgumentException e) {
      throw StartException.of("cannot feed the collections", e);
    }
  }

  private static ApiServer listen(
      WeirConfig config,
      PortPolicy portPolicy,
      VectorStore store,
      IngestService ingest,
      PrometheusMeterRegistry meters)
      throws StartException {
    String host = config.http().host();
    int wanted = config.http().port();
    int port =
        switch (portPolicy) {
          case FIXED -> wanted;
          case NEXT_FREE -> FreePort.from(host, wanted);
        };
    if (port != wanted) {
      LOG.info("port {} is taken, using {}", wanted, port);
    }
    try {
      return ApiServer.start(
          settings(config).withAddress(host, port),
          store,
          new IngestFeeds(ingest, config.readiness()),
          new IngestControl(ingest),
          meters,
          // An agent's, where there is one.
          GlobalOpenTelemetry.get());
    } catch (IOException e) {
      throw StartException.of("cannot serve HTTP", e);
    }
  }

  private static ApiSettings settings(WeirConfig config) {
    WatchConfig watch = config.http().watch();
    ApiSettings defaults = ApiSettings.defaults();
    return defaults
        .withLogs(requestLogs(config.logs()))
        .withViews(views(config.views()))
        .withQdrant(qdrant(config.http().qdrant()))
        .withConnections(config.http().allConnections(), config.http().maxConnectionsPerAddress())
        .withSecurity(config.http().security())
        .withWatches(
            defaults
                .watches()
                .withWatchers(watch.watchers())
                .withMaxLag(watch.maxLag())
                .withResume(watch.resume()));
  }

  private static QdrantSettings qdrant(QdrantConfig config) {
    return new QdrantSettings(
        config.enabled(),
        switch (config.idMode()) {
          case STRING -> QdrantSettings.Ids.STRING;
          case UINT64 -> QdrantSettings.Ids.UINT64;
          case UUID5 -> QdrantSettings.Ids.UUID5;
        });
  }

  private static RequestLogs requestLogs(LogConfig config) {
    return new RequestLogs(config.access() != LogConfig.Target.NONE, config.slowQuery());
  }

  private static ViewSettings views(ViewConfig config) {
    return new ViewSettings(
        config.cursors(),
        config.cursorIdleTime(),
        config.cursorMaxAge(),
        config.exports(),
        config.exportMaxAge());
  }

  private static void close(VectorStore store, Exception becauseOf) {
    try {
      store.close();
    } catch (IOException e) {
      becauseOf.addSuppressed(e);
    }
  }

  private void tell(WeirConfig config) {
    RecoveryReport found = store.recovery();
    LOG.info(
        "{}: {} rows in {} collections recovered in {} ms",
        config.data().toAbsolutePath(),
        found.liveRows(),
        found.collections(),
        found.took().toMillis());
    for (CollectionConfig collection : config.collections()) {
      LOG.info(
          "collection {}: {} dimensions, {}, fed as {} by {}",
          collection.name(),
          collection.schema().dimension(),
          ConstantName.of(collection.schema().metric()),
          ConstantName.of(collection.format()),
          collection
              .topicsRegex()
              .map(regex -> "each topic that matches " + regex)
              .orElse("topic " + collection.topic()));
    }
    LOG.info(
        "hot buffer {}, checkpoints by size {}",
        ByteCountFormat.show(config.store().hotBufferBytes()),
        otherCheckpoints(config.store()));
    LOG.info("answering on {}://{}:{}", config.http().scheme(), config.http().host(), api.port());
  }

  private String otherCheckpoints(StoreOptions options) {
    if (options.checkpoints().equals(CheckpointSchedule.never())) {
      return "only";
    }
    String jitter =
        options.checkpointJitter().isZero()
            ? ""
            : ", spread over " + options.checkpointJitter().toMillis() + " ms";
    String next = store.checkpointTimes().next().map(time -> ", next " + time).orElse("");
    return "and " + options.checkpoints() + jitter + next;
  }

  /** Where it answers. */
  public InetSocketAddress address() {
    return api.address();
  }

  /** What is stored; borrowed until the stop. */
  public VectorStore store() {
    return store;
  }

  /** What reads the topics; borrowed until the stop. */
  public IngestService ingest() {
    return ingest;
  }

  /**
   * Stops in order: no longer ready; no new records; a final checkpoint; no new requests, those in
   * flight answered; the store closed. Every step has a bound, and what is not done in time is lost
   * to no one: the log has the records, and the next start reads on from the last checkpoint.
   *
   * @return what there is; a second call waits for the first and returns the same
   */
  public StopReport stop() {
    StopReport report = orderlyStop.run();
    logs.close();
    return report;
  }

  @Override
  public void close() {
    stop();
  }
}
