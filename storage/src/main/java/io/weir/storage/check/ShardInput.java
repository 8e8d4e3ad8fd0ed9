package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.DeadEntry;
import io.weir.storage.check.ShardManifest.SegmentEntry;
import io.weir.storage.io.StorageFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The newest manifest of a shard and all files that it names, open at the same time.
 *
 * <p>A running store may publish a newer manifest and unlink files meanwhile, those of a whole
 * shard if another takes its place. What a manifest names never changes, and a file that is open
 * stays readable, so only opening can come too late: then it begins again with the newer manifest.
 *
 * <p>One descriptor a file is open until the shard has been checked.
 */
final class ShardInput implements Closeable {
  /** A store that publishes faster than its files can be opened is not waited for. */
  private static final int MAX_ATTEMPTS = 100;

  private final Path directory;
  private final ShardManifest manifest;
  private final Map<Long, InputFile> files = new TreeMap<>();

  private ShardInput(Path directory, ShardManifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /** Opens a shard; empty, and perhaps a finding, if there is no manifest to go by. */
  static Optional<ShardInput> open(
      StorageFiles files, StoreFolders.Shard shard, Meter meter, Findings findings)
      throws IOException {
    ShardPlaces places = new ShardPlaces(files, shard);
    for (int attempt = 1; ; attempt++) {
      Path directory = places.counting();
      List<String> names = files.list(directory);
      Optional<String> newest = StoreFolders.newestManifest(names);
      if (newest.isEmpty()) {
        if (attempt < MAX_ATTEMPTS && !places.counting().equals(directory)) {
          continue;
        }
        StoreFolders.requireNoData(names, directory, findings);
        return Optional.empty();
      }
      Path path = directory.resolve(newest.get());
      Optional<ShardManifest> manifest;
      try (InputFile file = InputFile.open(files, path, meter)) {
        manifest = ManifestReader.read(file, findings);
      } catch (NoSuchFileException e) {
        if (attempt < MAX_ATTEMPTS) {
          continue;
        }
        throw e;
      } catch (IOException e) {
        new Part(findings, path, 0, "").unreadable(0, 0, e);
        return Optional.empty();
      }
      if (manifest.isEmpty()) {
        return Optional.empty();
      }
      ShardInput input = new ShardInput(directory, manifest.get());
      List<Finding> missing = input.openFiles(files, meter);
      if (missing.isEmpty()
          || attempt == MAX_ATTEMPTS
          || (places.counting().equals(directory)
              && StoreFolders.newestManifest(files.list(directory)).equals(newest))) {
        missing.forEach(findings::add);
        return Optional.of(input);
      }
      input.close();
    }
  }

  private List<Finding> openFiles(StorageFiles from, Meter meter) {
    List<Finding> missing = new ArrayList<>();
    for (SegmentEntry segment : manifest.segments()) {
      open(from, fileName(segment), segment.number(), meter, missing);
    }
    for (DeadEntry dead : manifest.deadFiles()) {
      open(from, fileName(dead), dead.number(), meter, missing);
    }
    return missing;
  }

  private void open(
      StorageFiles from, String name, long number, Meter meter, List<Finding> missing) {
    Path path = directory.resolve(name);
    try {
      files.put(number, InputFile.open(from, path, meter));
    } catch (IOException e) {
      String expected = "a file, for " + manifest.file().getFileName() + " names it";
      String actual = e instanceof NoSuchFileException ? "none" : e.toString();
      missing.add(new Finding(path, 0, 0, "file", expected, actual));
    }
  }

  static String fileName(SegmentEntry segment) {
    return String.format(Locale.ROOT, "%08x.segment", segment.number());
  }

  static String fileName(DeadEntry dead) {
    return String.format(Locale.ROOT, "%08x.dead", dead.number());
  }

  /** The folder that they are in. */
  Path directory() {
    return directory;
  }

  ShardManifest manifest() {
    return manifest;
  }

  /** A file that the manifest names, if it could be opened. */
  Optional<InputFile> file(long number) {
    return Optional.ofNullable(files.get(number));
  }

  /** Whether the manifest names a file of that name. */
  boolean isNamed(String name) {
    return manifest.segments().stream().anyMatch(segment -> fileName(segment).equals(name))
        || manifest.deadFiles().stream().anyMatch(dead -> fileName(dead).equals(name));
  }

  @Override
  public void close() throws IOException {
    for (InputFile file : files.values()) {
      file.close();
    }
  }
}
