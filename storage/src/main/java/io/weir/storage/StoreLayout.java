package io.weir.storage;

import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where things lie in a data folder.
 *
 * <pre>
 * LOCK                                  held while the store is open; empty
 * IDENTITY                              who the store is
 * OPENING                               opens that have not ended; there only meanwhile
 * collections/NAME/shards/PARTITION/    one folder a shard; PARTITION.1, .2 and so on for one that
 *                                       was made anew in its place, see {@link ShardFolders}:
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
  private static final Pattern FOLDER = Pattern.compile("(0|[1-9][0-9]{0,8})(\\.[1-9][0-9]{0,8})?");

  private StoreLayout() {}

  static void checkCollectionName(String name) {
    if (!COLLECTION_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "collection name '"
              + name
              + "'; allowed are 1 to 100 of a-z A-Z 0-9 . _ -, the first a letter or digit");
    }
  }

  /**
   * A folder of a shard.
   *
   * @param partition number of the partition
   * @param number how many shards of the partition have had one before
   * @param path where it is
   */
  record Folder(int partition, int number, Path path) {}

  static Folder folder(Path root, String collection, int partition, int number) {
    String name = number == 0 ? Integer.toString(partition) : partition + "." + number;
    return new Folder(partition, number, shards(root, collection).resolve(name));
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
    return folders(files, root, collection).map(Folder::partition).distinct().toList();
  }

  /** Folders of a partition, those with higher numbers later. */
  static List<Folder> folders(StorageFiles files, Path root, String collection, int partition)
      throws IOException {
    return folders(files, root, collection)
        .filter(folder -> folder.partition() == partition)
        .toList();
  }

  private static Stream<Folder> folders(StorageFiles files, Path root, String collection)
      throws IOException {
    return files.list(shards(root, collection)).stream()
        .filter(name -> FOLDER.matcher(name).matches())
        .map(name -> {
          int dot = name.indexOf('.');
          return dot < 0
              ? folder(root, collection, Integer.parseInt(name), 0)
              : folder(
                  root,
                  collection,
                  Integer.parseInt(name.substring(0, dot)),
                  Integer.parseInt(name.substring(dot + 1)));
        })
        .sorted(Comparator.comparingInt(Folder::partition).thenComparingInt(Folder::number));
  }
}
