package io.weir.storage;

import io.weir.storage.StoreLayout.Folder;
import io.weir.storage.checkpoint.ShardFolder;
import io.weir.storage.checkpoint.ShardFolder.Stored;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folders of the shards of one collection: which of a partition's counts.
 *
 * <p>A shard that is made anew beside the one in use has a folder with the next number. Its
 * manifests say that it is a successor, until one is published that does not: that is the swap, and
 * a crash finds it done or not done. So of a partition's folders the highest counts whose newest
 * manifest does not say so. Those above it are unfinished, those below it replaced; whoever opens
 * the partition removes them.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class ShardFolders {
  private final StorageFiles files;
  private final Path root;
  private final String collection;
  private final ShardFolder.Strays strays;

  /** Highest numbers given; a folder that is gone may still be in use by a reader. */
  private final Map<Integer, Integer> given = new HashMap<>();

  /**
   * @param strays is told what the last process has left, and is now gone
   */
  ShardFolders(StorageFiles files, Path root, String collection, ShardFolder.Strays strays) {
    this.files = files;
    this.root = root;
    this.collection = collection;
    this.strays = strays;
  }

  private ShardFolder in(Folder folder) {
    return new ShardFolder(files, folder.path());
  }

  private List<Folder> folders(int partition) throws IOException {
    return StoreLayout.folders(files, root, collection, partition);
  }

  /** Partitions that have a folder. */
  List<Integer> partitions() throws IOException {
    return StoreLayout.partitions(files, root, collection);
  }

  /**
   * Returns the schema of a partition's shard, if there is one that counts.
   *
   * @throws io.weir.storage.io.CorruptFileException if there is data, and no manifest with it
   */
  Optional<VectorSchema> schema(int partition) throws IOException {
    return in(counting(partition)).stored().map(Stored::schema);
  }

  private Folder counting(int partition) throws IOException {
    for (Folder folder : folders(partition).reversed()) {
      Optional<Stored> stored = in(folder).stored();
      if (stored.isPresent() && !stored.get().successor()) {
        return folder;
      }
      if (stored.isEmpty()) {
        // A crash leaves none such, so it is not for a crash to be removed.
        in(folder).requireNoData();
      }
    }
    return StoreLayout.folder(root, collection, partition, 0);
  }

  /** Returns the folder of a partition that counts, there or not, and removes all others. */
  Folder settle(int partition) throws IOException {
    Folder counting = counting(partition);
    for (Folder folder : folders(partition)) {
      if (!folder.equals(counting)) {
        in(folder).remove(strays);
      }
    }
    return counting;
  }

  /** Returns a folder for the successor of a shard, whose own folder is the one that counts. */
  Folder next(Folder counting) {
    int partition = counting.partition();
    int number = Math.max(given.getOrDefault(partition, 0), counting.number()) + 1;
    given.put(partition, number);
    return StoreLayout.folder(root, collection, partition, number);
  }

  /** Removes a folder that nobody needs any more, with all that Weir has put there. */
  void remove(Folder folder) throws IOException {
    in(folder).remove(_ -> {});
  }
}
