package io.weir.storage.check;

import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What names mean in a data folder, and which mean nothing. */
final class StoreFolders {
  static final String LOCK = "LOCK";
  static final String IDENTITY = "IDENTITY";
  private static final String COLLECTIONS = "collections";
  private static final String SHARDS = "shards";
  private static final Pattern ROOT_FILE =
      Pattern.compile("LOCK|IDENTITY|OPENING|collections|IDENTITY-[0-9a-f-]{36}\\.tmp");
  private static final Pattern COLLECTION = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}");
  private static final Pattern FOLDER = Pattern.compile("(0|[1-9][0-9]{0,8})(\\.[1-9][0-9]{0,8})?");
  private static final Pattern MANIFEST = Pattern.compile("manifest-[0-9a-f]{16}");
  private static final Pattern TEMPORARY = Pattern.compile("manifest-[0-9a-f]{16}\\.tmp");
  private static final Pattern DATA = Pattern.compile("[0-9a-f]{8}\\.(segment|dead)");

  private StoreFolders() {}

  /**
   * A shard; which of its folders counts, {@link ShardPlaces} says.
   *
   * @param collection name of the collection, after its folder
   * @param partition number of the partition, after its folder
   * @param shards the folder that its folders are in
   */
  record Shard(String collection, int partition, Path shards) {}

  /** Names that Weir does not give, and that it ignores. */
  record Listing(List<Shard> shards, List<Path> unknown) {}

  /** Finds the shards of a store, in order of collection and partition. */
  static Listing list(StorageFiles files, Path root) throws IOException {
    List<String> names = files.list(root);
    if (!names.contains(IDENTITY) && !names.contains(COLLECTIONS)) {
      throw new NoStoreException(root);
    }
    List<Shard> shards = new ArrayList<>();
    List<Path> unknown = new ArrayList<>();
    names.stream()
        .filter(name -> !ROOT_FILE.matcher(name).matches())
        .forEach(name -> unknown.add(root.resolve(name)));
    Path collections = root.resolve(COLLECTIONS);
    for (String collection : files.list(collections)) {
      Path folder = collections.resolve(collection);
      if (COLLECTION.matcher(collection).matches() && files.list(folder).contains(SHARDS)) {
        list(files, collection, folder, shards, unknown);
      } else {
        unknown.add(folder);
      }
    }
    return new Listing(shards, unknown);
  }

  private static void list(
      StorageFiles files, String collection, Path folder, List<Shard> shards, List<Path> unknown)
      throws IOException {
    for (String name : files.list(folder)) {
      if (!name.equals(SHARDS)) {
        unknown.add(folder.resolve(name));
      }
    }
    SortedSet<Integer> partitions = new TreeSet<>();
    Path inside = folder.resolve(SHARDS);
    for (String name : files.list(inside)) {
      if (FOLDER.matcher(name).matches()) {
        partitions.add(partitionOf(name));
      } else {
        unknown.add(inside.resolve(name));
      }
    }
    partitions.forEach(partition -> shards.add(new Shard(collection, partition, inside)));
  }

  private static int partitionOf(String folder) {
    int dot = folder.indexOf('.');
    return Integer.parseInt(dot < 0 ? folder : folder.substring(0, dot));
  }

  /** The folder of a shard that has never been replaced. */
  static Path firstFolderOf(Shard shard) {
    return shard.shards().resolve(Integer.toString(shard.partition()));
  }

  /** Folders of a partition, those with higher numbers later. */
  static List<Path> foldersOf(StorageFiles files, Shard shard) throws IOException {
    SortedMap<Integer, Path> folders = new TreeMap<>();
    for (String name : files.list(shard.shards())) {
      if (FOLDER.matcher(name).matches() && partitionOf(name) == shard.partition()) {
        int dot = name.indexOf('.');
        int number = dot < 0 ? 0 : Integer.parseInt(name.substring(dot + 1));
        folders.put(number, shard.shards().resolve(name));
      }
    }
    return List.copyOf(folders.values());
  }

  /** The manifest that counts among the names in a folder. */
  static Optional<String> newestManifest(List<String> names) {
    return names.stream().filter(StoreFolders::isManifest).reduce((_, last) -> last);
  }

  /** Finds data in a folder without a manifest. */
  static void requireNoData(List<String> names, Path directory, Findings findings) {
    List<String> data = names.stream().filter(StoreFolders::isData).toList();
    new Part(findings, directory, 0, "")
        .require(data.isEmpty(), "manifest", 0, 0, "a file manifest-<generation>", "only " + data);
  }

  static boolean isManifest(String name) {
    return MANIFEST.matcher(name).matches();
  }

  static boolean isData(String name) {
    return DATA.matcher(name).matches();
  }

  /** Whether a name in a shard's folder is none of Weir's. */
  static boolean isUnknown(String name) {
    return !isManifest(name) && !isData(name) && !TEMPORARY.matcher(name).matches();
  }

  static boolean isTemporary(String name) {
    return TEMPORARY.matcher(name).matches();
  }

  static long generationOf(String manifest) {
    return Long.parseUnsignedLong(manifest, manifest.length() - 16, manifest.length(), 16);
  }
}
