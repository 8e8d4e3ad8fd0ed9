package io.weir.storage;

import io.weir.storage.io.NoSpaceException;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Whether the volume has room for what is about to be written.
 *
 * <p>Checkpoints leave a reserve: a disk that is full of dead rows can be emptied only by a
 * compaction, which writes before it frees.
 *
 * @param files the file system
 * @param directory a folder of the volume
 * @param reserveBytes what checkpoints leave
 */
record DiskRoom(StorageFiles files, Path directory, long reserveBytes) {

  /**
   * @throws NoSpaceException if a checkpoint of so many bytes would go into the reserve
   */
  void requireForCheckpoint(long bytes) throws IOException {
    require("a checkpoint", bytes, reserveBytes);
  }

  /**
   * @throws NoSpaceException if a merge of so many bytes would not fit
   */
  void requireForMerge(long bytes) throws IOException {
    require("a merge", bytes, 0);
  }

  private void require(String what, long bytes, long left) throws IOException {
    long usable = files.usableBytes(directory);
    if (usable - bytes < left) {
      throw new NoSpaceException(
          directory
              + " has "
              + usable
              + " bytes of disk left; "
              + what
              + " needs about "
              + bytes
              + " and must leave "
              + left);
    }
  }
}
