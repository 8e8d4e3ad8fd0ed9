package io.weir.storage.segment;

import io.weir.storage.io.CorruptFileException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens files whose committed length a manifest names; one home of what a crash leaves in them. */
final class CommittedFile {
  private CommittedFile() {}

  /**
   * Opens a file and cuts what lies behind its committed length.
   *
   * @throws CorruptFileException if it is missing or shorter than that
   */
  static StorageFile open(StorageFiles files, Path path, long committedBytes) throws IOException {
    StorageFile file;
    try {
      file = files.open(path);
    } catch (NoSuchFileException e) {
      CorruptFileException missing =
          new CorruptFileException(path, "its name", "a file that the manifest names", "nothing");
      missing.initCause(e);
      throw missing;
    }
    try {
      long size = file.size();
      if (size < committedBytes) {
        throw new CorruptFileException(
            path, "its end", "at least " + committedBytes + " bytes", size + " bytes");
      }
      if (size > committedBytes) {
        file.truncate(committedBytes);
      }
      return file;
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }
}
