package io.weir.storage.check;

import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which folder of a partition counts: the highest whose newest manifest does not say that its shard
 * is a successor. A running store may change that at any moment, by one manifest.
 */
final class ShardPlaces {
  /** A store that publishes faster than its manifests can be opened is not waited for. */
  private static final int MAX_ATTEMPTS = 100;

  private final StorageFiles files;
  private final StoreFolders.Shard shard;

  ShardPlaces(StorageFiles files, StoreFolders.Shard shard) {
    this.files = files;
    this.shard = shard;
  }

  /** Returns the folder that counts; that of a shard that has never been replaced, if none does. */
  Path counting() throws IOException {
    List<Path> folders = StoreFolders.foldersOf(files, shard);
    Path first = StoreFolders.firstFolderOf(shard);
    if (folders.equals(List.of(first))) {
      return first;
    }
    for (Path folder : folders.reversed()) {
      if (isInPlace(folder, 1)) {
        return folder;
      }
    }
    return first;
  }

  /** What cannot be read counts, so that somebody says so. */
  private boolean isInPlace(Path folder, int attempt) throws IOException {
    Optional<String> newest = StoreFolders.newestManifest(files.list(folder));
    if (newest.isEmpty()) {
      return false;
    }
    try (InputFile file =
        InputFile.open(
            files,
            folder.resolve(newest.get()),
            new Meter(ReadThrottle.UNLIMITED, Progress.NONE))) {
      return ManifestReader.read(file, new Findings())
          .map(manifest -> !manifest.successor())
          .orElse(true);
    } catch (NoSuchFileException e) {
      // A running store has published a newer one, or has removed the folder.
      Optional<String> now = StoreFolders.newestManifest(files.list(folder));
      boolean decided = now.equals(newest) || attempt == MAX_ATTEMPTS;
      return now.isPresent() && (decided || isInPlace(folder, attempt + 1));
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Notes the folders that do not count: no damage, the next start removes them. But for one with
   * data and without a manifest that may have counted: no crash leaves it.
   */
  void note(Path counting, Findings findings) throws IOException {
    boolean above = false;
    for (Path folder : StoreFolders.foldersOf(files, shard)) {
      if (folder.equals(counting)) {
        above = true;
      } else {
        List<String> names = files.list(folder);
        if (above && StoreFolders.newestManifest(names).isEmpty()) {
          StoreFolders.requireNoData(names, folder, findings);
        }
        findings.note(
            folder,
            above
                ? "a shard that was to take another's place and is not finished; the next start"
                    + " removes it"
                : "a shard that another has taken the place of; the next start removes it");
      }
    }
  }

  /** The folders that do not count. */
  List<Path> others(Path counting) throws IOException {
    List<Path> others = new ArrayList<>(StoreFolders.foldersOf(files, shard));
    others.remove(counting);
    return others;
  }
}
