package io.weir.storage;

import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Where things lie in a data folder.
 *
 * <pre>
 * LOCK                                  held while the store is open; empty
 * IDENTITY                              who the store is
 * collections/NAME/shards/PARTITION/    one folder a shard:
 *   manifest-GENERATION                   what is durable
 *   NUMBER.segment                        chunks of rows
 *   NUMBER.dead                           dead marks
 * </pre>
 *
 * <p>Names that are none of these are ignored.
 */
final class StoreLayout {
  static final String LOCK = "LOCK";
  static final String COLLECTIONS = "collections";
  private static final String SHARDS = "shards";
  private static final Pattern COLLECTION_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final Pattern PARTITION = Pattern.compile("0|[1-9][0-9]{0,8}");

  private StoreLayout() {}

  static void checkCollectionName(String name) {
    if (!COLLECTION_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "collection name '"
              + name
              + "'; allowed are 1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit");
    }
  }

  static Path shard(Path root, String collection, int partition) {
    return shards(root, collection).resolve(Integer.toString(partition));
  }

  private static Path shards(Path root, String collection) {
    return root.resolve(COLLECTIONS).resolve(collection).resolve(SHARDS);
  }

  /** Names of the collections that have a folder. */
  static List<String> collections(StorageFiles files, Path root) throws IOException {
    return files.list(root.resolve(COLLECTIONS)).stream()
        .filter(name -> COLLECTION_NAME.matcher(name).matches())
        .toList();
  }

  /** Partitions of a collection that have a folder. */
  static List<Integer> partitions(StorageFiles files, Path root, String collection)
      throws IOException {
    return files.list(shards(root, collection)).stream()
        .filter(name -> PARTITION.matcher(name).matches())
        .map(Integer::valueOf)
        .sorted()
        .toList();
  }
}
