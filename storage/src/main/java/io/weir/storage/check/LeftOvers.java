package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.DeadEntry;
import io.weir.storage.check.ShardManifest.SegmentEntry;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Notes what an unfinished checkpoint has left in the folder of a shard: no damage, the next start
 * removes it. Under a running store the same things are a checkpoint in flight.
 */
final class LeftOvers {
  private final StorageFiles files;
  private final Path directory;
  private final Findings findings;

  LeftOvers(StorageFiles files, Path directory, Findings findings) {
    this.files = files;
    this.directory = directory;
    this.findings = findings;
  }

  void note(ShardInput input) throws IOException {
    ShardManifest manifest = input.manifest();
    for (SegmentEntry segment : manifest.segments()) {
      noteTail(input, segment.number(), segment.bytes());
    }
    for (DeadEntry dead : manifest.deadFiles()) {
      noteTail(input, dead.number(), dead.bytes());
    }
    List<String> names = files.list(directory);
    for (String name : names) {
      if (StoreFolders.isTemporary(name) || (StoreFolders.isData(name) && !input.isNamed(name))) {
        findings.note(
            directory.resolve(name),
            "left by a checkpoint that did not finish; the next start removes it");
      }
    }
    noteOldManifests(names, manifest);
  }

  private void noteTail(ShardInput input, long number, long committed) throws IOException {
    if (input.file(number).isPresent()) {
      InputFile file = input.file(number).get();
      long behind = file.size() - committed;
      if (behind > 0) {
        findings.note(
            file.path(),
            behind
                + " bytes from byte "
                + committed
                + " on, left by a checkpoint that did not finish; the next start cuts them");
      }
    }
  }

  /** Nobody reads the manifest before the newest, unless a disk has to be repaired by hand. */
  private void noteOldManifests(List<String> names, ShardManifest newest) {
    for (String name : names) {
      Path path = directory.resolve(name);
      if (StoreFolders.isManifest(name) && !path.equals(newest.file())) {
        Findings old = new Findings();
        try (InputFile file =
            InputFile.open(files, path, new Meter(ReadThrottle.UNLIMITED, Progress.NONE))) {
          if (ManifestReader.read(file, old).isEmpty() || old.count() > 0) {
            findings.note(path, "an older manifest, not read any more, is damaged");
          }
        } catch (IOException e) {
          findings.note(path, "an older manifest, not read any more, cannot be read: " + e);
        }
      }
    }
  }
}
