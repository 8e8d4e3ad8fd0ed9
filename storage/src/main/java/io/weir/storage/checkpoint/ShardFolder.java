package io.weir.storage.checkpoint;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFiles;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The folder of one shard and the names in it, whoever has it open.
 *
 * <p><b>Threads:</b> any; what removes belongs to whoever opens the shard.
 *
 * @param files where it is
 * @param directory the folder, which may be missing
 */
public record ShardFolder(StorageFiles files, Path directory) {

  /**
   * What can be said of a shard without opening it.
   *
   * @param schema dimension and metric
   * @param successor whether it has never come into its partition's place
   */
  public record Stored(VectorSchema schema, boolean successor) {}

  /** Is told of leftovers. */
  @FunctionalInterface
  public interface Strays {
    /** A file was removed. */
    void removed(Path file);
  }

  /** Reads what the newest manifest says, if there is one. */
  public Optional<Stored> stored() throws IOException {
    return new ManifestFile(files, directory)
        .load()
        .map(manifest -> new Stored(manifest.schema(), manifest.successor()));
  }

  /**
   * Makes the folder, and those between it and the root.
   *
   * @param root folder of the store, durable itself
   */
  void make(Path root) throws IOException {
    Path parent = root;
    for (Path name : root.relativize(directory)) {
      Path child = parent.resolve(name);
      if (files.list(parent).contains(name.toString())) {
        // An attempt that failed may have made it, and not have come to forcing its name.
        files.forceDirectory(parent);
      } else {
        files.createDirectories(child);
      }
      parent = child;
    }
  }

  /**
   * Checks that a folder without a manifest has no data files either.
   *
   * @throws CorruptFileException if it has: a manifest is written before the first of them and
   *     removed after the last, so it has been lost since
   */
  public void requireNoData() throws IOException {
    List<String> data = data(SegmentSet.Contents.NONE);
    if (!data.isEmpty()) {
      throw new CorruptFileException(
          directory, "its manifest", "a file named manifest-<generation>", "only " + data);
    }
  }

  /** Data files that {@code contents} does not name. */
  private List<String> data(SegmentSet.Contents contents) throws IOException {
    return files.list(directory).stream()
        .filter(name -> SegmentSet.isStray(name, contents))
        .toList();
  }

  /** Removes data files that a manifest does not name. */
  void removeStrays(SegmentSet.Contents contents, Strays strays) throws IOException {
    for (String name : data(contents)) {
      delete(name, strays);
    }
  }

  private void delete(String name, Strays strays) throws IOException {
    files.delete(directory.resolve(name));
    strays.removed(directory.resolve(name));
  }

  /**
   * Removes a shard that nobody needs any more, folder and all. Its newest manifest goes last, and
   * surely so: data without one would be damage, and an older one may say that the shard has taken
   * another's place, if that was taken back. A folder in which somebody has put something else
   * stays.
   */
  public void remove(Strays strays) throws IOException {
    new ManifestFile(files, directory).removeAllButNewest();
    for (String name : data(SegmentSet.Contents.NONE)) {
      delete(name, strays);
    }
    if (!files.list(directory).isEmpty()) {
      files.forceDirectory(directory);
    }
    for (String name : files.list(directory)) {
      if (ManifestFile.isOne(name)) {
        delete(name, strays);
      }
    }
    if (files.list(directory).isEmpty()) {
      files.delete(directory);
    }
  }

  /**
   * Bytes that the shard's files take on the disk: those that the newest manifest names, and those
   * that are being written or are about to be removed. Asked for by name: no file is opened.
   */
  OptionalLong allocatedBytes() throws IOException {
    long sum = 0;
    for (String name : files.list(directory)) {
      if (ManifestFile.isOne(name) || SegmentSet.isStray(name, SegmentSet.Contents.NONE)) {
        OptionalLong bytes = files.allocatedBytes(directory.resolve(name));
        if (bytes.isEmpty()) {
          return bytes;
        }
        sum += bytes.getAsLong();
      }
    }
    return OptionalLong.of(sum);
  }
}
