package io.weir.ingest.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.ingest.CollectionStatus;
import io.weir.ingest.IngestService;
import io.weir.ingest.IngestSettings;
import io.weir.ingest.ShardStatus;
import io.weir.storage.ShardOpening;
import io.weir.storage.StoreOptions;
import io.weir.storage.VectorCollection;
import io.weir.storage.VectorStore;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

/** One process's part: a store in a folder of its own and the ingest that feeds it. */
public final class Member implements AutoCloseable {
  private final String name;
  private final VectorStore store;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IngestService ingest;

  /** Opens the store, declares a collection for each feed and starts to feed. */
  public Member(String name, Path folder, IngestSettings settings, int dimension)
      throws IOException {
    this.name = name;
    this.store =
        VectorStore.open(folder, StoreOptions.defaults().withShardOpening(ShardOpening.ON_DEMAND));
    settings
        .feeds()
        .forEach(feed -> store.declare(feed.collection(), new VectorSchema(dimension, Metric.DOT)));
    this.ingest = IngestService.start(settings, store, registry);
  }

  /** The store. */
  public VectorStore store() {
    return store;
  }

  /** The meters. */
  public SimpleMeterRegistry registry() {
    return registry;
  }

  /** The ingest. */
  public IngestService ingest() {
    return ingest;
  }

  /** A collection of the store's. */
  public VectorCollection collection(String collection) {
    return store.collection(collection).orElseThrow();
  }

  /** How the feed of a collection is. */
  public CollectionStatus status(String collection) {
    return ingest.status().collections().stream()
        .filter(status -> status.collection().equals(collection))
        .findFirst()
        .orElseThrow();
  }

  /** The partitions of a collection that are fed here. */
  public Set<Integer> partitions(String collection) {
    return status(collection).shards().stream()
        .map(ShardStatus::partition)
        .collect(Collectors.toSet());
  }

  /** Stops and closes without a last checkpoint, as an end without warning would leave the disk. */
  @Override
  public void close() {
    ingest.stop(Duration.ofSeconds(30));
    try {
      store.close();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }

  @Override
  public String toString() {
    return name + " " + ingest.status();
  }
}
