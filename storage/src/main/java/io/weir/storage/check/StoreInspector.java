package io.weir.storage.check;

import io.weir.storage.check.StoreReport.CollectionReport;
import io.weir.storage.check.StoreReport.ShardReport;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says what is in the files of a store. It reads manifests, headers, footers and dead marks, not
 * rows; nothing is written; the store may be running.
 *
 * <p><b>Threads:</b> one; used once.
 */
public final class StoreInspector {
  private static final int IDENTITY_BYTES = 64;

  private final StorageFiles files;
  private final Path root;
  private final Meter meter = new Meter(ReadThrottle.UNLIMITED, Progress.NONE);
  private final Findings findings = new Findings();
  private final List<Path> unknown = new ArrayList<>();

  /**
   * Prepares a look.
   *
   * @param files where the store is
   * @param root its data folder
   */
  public StoreInspector(StorageFiles files, Path root) {
    this.files = files;
    this.root = root;
  }

  /**
   * Looks.
   *
   * @throws NoStoreException if there is no store
   * @throws IOException if a folder cannot be listed
   */
  public StoreReport inspect() throws IOException {
    StoreFolders.Listing listing = StoreFolders.list(files, root);
    unknown.addAll(listing.unknown());
    Optional<StoreId> id = StoreId.read(files, root, meter, findings);
    List<CollectionReport> collections = new ArrayList<>();
    for (StoreFolders.Shard shard : listing.shards()) {
      inspect(shard, collections);
    }
    return new StoreReport(
        root,
        id.map(StoreId::store),
        files.isLocked(root.resolve(StoreFolders.LOCK)),
        id.isPresent() ? IDENTITY_BYTES : 0,
        List.copyOf(collections),
        List.copyOf(unknown),
        findings.kept());
  }

  private void inspect(StoreFolders.Shard shard, List<CollectionReport> collections)
      throws IOException {
    try (ShardInput input = ShardInput.open(files, shard, meter, findings).orElse(null)) {
      if (input == null) {
        return;
      }
      ShardManifest manifest = input.manifest();
      ShardReport report = new ShardInspector(input, findings).inspect(leftOvers(shard, input));
      List<ShardReport> shards = new ArrayList<>();
      if (!collections.isEmpty() && collections.getLast().name().equals(shard.collection())) {
        shards.addAll(collections.removeLast().shards());
      }
      shards.add(report);
      collections.add(
          new CollectionReport(
              shard.collection(),
              manifest.dimension(),
              Metric.ofCode(manifest.metric()),
              List.copyOf(shards)));
    }
  }

  private List<Path> leftOvers(StoreFolders.Shard shard, ShardInput input) throws IOException {
    List<Path> left = new ArrayList<>();
    for (String name : files.list(input.directory())) {
      Path path = input.directory().resolve(name);
      if (StoreFolders.isUnknown(name)) {
        unknown.add(path);
      } else if (!input.isNamed(name) && !path.equals(input.manifest().file())) {
        left.add(path);
      }
    }
    left.addAll(new ShardPlaces(files, shard).others(input.directory()));
    return left;
  }
}
