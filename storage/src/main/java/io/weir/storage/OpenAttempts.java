package io.weir.storage;

import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the opens of a store that did not end: a file {@code OPENING}, one byte for each, that is
 * there while a store is being opened.
 *
 * <p>An open that fails says why and takes its file away. One that leaves it behind took the whole
 * process with it: a page of a mapped file that cannot be read does that.
 *
 * <p>Never forced: what it counts are deaths of the process, and a file outlives these.
 */
final class OpenAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(OpenAttempts.class);
  static final String NAME = "OPENING";

  /** So many in a row, and the next open reads every byte by position before it maps any. */
  private static final int TOO_MANY = 2;

  private final StorageFiles files;
  private final Path path;
  private final long aborted;

  private OpenAttempts(StorageFiles files, Path path, long aborted) {
    this.files = files;
    this.path = path;
    this.aborted = aborted;
  }

  /** Counts this open, if the disk lets it: one that is full must be opened all the same. */
  static OpenAttempts begin(StorageFiles files, Path directory) throws IOException {
    Path path = directory.resolve(NAME);
    boolean left = files.list(directory).contains(NAME);
    long aborted = 0;
    try (StorageFile file = left ? files.open(path) : files.create(path)) {
      aborted = file.size();
      file.write(ByteBuffer.wrap(new byte[] {'x'}), aborted);
    } catch (IOException e) {
      LOG.warn("{}: this open is not counted: {}", path, e.toString());
    }
    return new OpenAttempts(files, path, aborted);
  }

  /** Opens before this one that did not end. */
  long aborted() {
    return aborted;
  }

  /** Whether nothing should be mapped before it has been read. */
  boolean isSuspicious() {
    return aborted >= TOO_MANY;
  }

  /** This open has ended, well or not. */
  void end() {
    try {
      files.delete(path);
    } catch (IOException e) {
      LOG.warn("{}: the next open counts this one as aborted: {}", path, e.toString());
    }
  }
}
