package io.weir.storage.checkpoint;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The manifests of one shard: {@code manifest-<generation>} in 16 hex digits, never changed, the
 * highest counts.
 *
 * <p>Publishing writes {@code manifest-<generation>.tmp}, forces it, renames it, forces the
 * directory. A crash leaves the old manifest, or the new one, or both; and perhaps a {@code .tmp},
 * which nobody reads and the next open removes. Each generation has a {@code .tmp} of its own:
 * under a shared name, a rename that survives a crash could publish the bytes of an earlier
 * attempt. A name is given only to a whole, forced file: a newest manifest that does not verify is
 * damage, never a crash, and stops the open.
 *
 * <p><b>Threads:</b> the checkpoint thread.
 */
final class ManifestFile {
  /** The generation of a shard's first manifest, which names no files. */
  static final long FIRST_GENERATION = 1;

  private static final String PREFIX = "manifest-";
  private static final String TEMPORARY = ".tmp";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9a-f]{16}");
  private static final Pattern TEMPORARY_NAME =
      Pattern.compile(PREFIX + "[0-9a-f]{16}" + Pattern.quote(TEMPORARY));

  private final StorageFiles files;
  private final Path directory;
  private long publishedBytes;

  ManifestFile(StorageFiles files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  /** Returns the newest manifest, if there is one. */
  Optional<Manifest> load() throws IOException {
    List<String> names = names();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    Path newest = directory.resolve(names.getLast());
    byte[] bytes = read(newest);
    Manifest manifest = ManifestFormat.decode(newest, bytes);
    publishedBytes = bytes.length;
    long generation = Long.parseUnsignedLong(names.getLast().substring(PREFIX.length()), 16);
    if (manifest.generation() != generation) {
      throw new CorruptFileException(
          newest, "byte 16, generation", generation, manifest.generation());
    }
    return Optional.of(manifest);
  }

  private byte[] read(Path path) throws IOException {
    try (StorageFile file = files.open(path)) {
      long size = file.size();
      if (size > ManifestFormat.MAX_BYTES) {
        throw new CorruptFileException(
            path, "its end", "at most " + ManifestFormat.MAX_BYTES + " bytes", size + " bytes");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      file.read(bytes, 0);
      return bytes.array();
    }
  }

  /** Writes a manifest where nobody looks for one, and forces it. */
  void write(Manifest manifest) throws IOException {
    ByteBuffer bytes = ManifestFormat.encode(manifest);
    Path temporary = temporary(manifest);
    try (StorageFile file = files.create(temporary)) {
      file.write(bytes, 0);
      file.force(true);
    } catch (IOException | RuntimeException e) {
      files.delete(temporary);
      throw e;
    }
    publishedBytes = bytes.capacity();
  }

  /**
   * Gives a written manifest its name. When this throws, the manifest may or may not be found by
   * the next open: its generation number and the files that it names must not be written to again.
   */
  void publish(Manifest manifest) throws IOException {
    files.rename(temporary(manifest), directory.resolve(name(manifest.generation())));
    files.forceDirectory(directory);
  }

  private Path temporary(Manifest manifest) {
    return directory.resolve(name(manifest.generation()) + TEMPORARY);
  }

  /** Length of the newest manifest. */
  long publishedBytes() {
    return publishedBytes;
  }

  /**
   * Removes all manifests but the newest and, for whoever has to repair a damaged disk, the one
   * before it. The first of all names nothing and is not kept.
   */
  void removeOld() throws IOException {
    List<String> names = names();
    for (int i = 0; i < names.size() - 1; i++) {
      if (i < names.size() - 2 || names.get(i).equals(name(FIRST_GENERATION))) {
        files.delete(directory.resolve(names.get(i)));
      }
    }
    deleteTemporaries();
  }

  /** Removes all manifests but the newest: files that older ones name are about to go. */
  void removeAllButNewest() throws IOException {
    List<String> names = names();
    for (String name : names.subList(0, Math.max(0, names.size() - 1))) {
      files.delete(directory.resolve(name));
    }
    deleteTemporaries();
  }

  /** Removes what unfinished publications have left; before the first of this process. */
  void removeTemporaries() throws IOException {
    if (deleteTemporaries()) {
      // Their names are going to be used again: a rename must find the new file under them.
      files.forceDirectory(directory);
    }
  }

  /** Whether a name is that of a manifest, or of one that is being written. */
  static boolean isOne(String name) {
    return NAME.matcher(name).matches() || TEMPORARY_NAME.matcher(name).matches();
  }

  /** Deletes what publications that failed have left; returns whether there was anything. */
  private boolean deleteTemporaries() throws IOException {
    List<String> left =
        files.list(directory).stream()
            .filter(name -> TEMPORARY_NAME.matcher(name).matches())
            .toList();
    for (String name : left) {
      files.delete(directory.resolve(name));
    }
    return !left.isEmpty();
  }

  private List<String> names() throws IOException {
    return files.list(directory).stream().filter(name -> NAME.matcher(name).matches()).toList();
  }

  static String name(long generation) {
    return String.format(Locale.ROOT, "%s%016x", PREFIX, generation);
  }
}
