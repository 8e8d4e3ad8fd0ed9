package io.weir.storage.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Every call that storage makes to a file system.
 *
 * <p><b>Threads:</b> any.
 */
public interface StorageFiles {

  /** The file system of the machine. */
  static StorageFiles real() {
    return new RealFiles();
  }

  /**
   * Makes a directory with all its parents, and makes the names that it made durable. One that
   * exists is no error; whether its name is durable is then not known.
   */
  void createDirectories(Path directory) throws IOException;

  /** Returns the names in a directory, sorted; none if there is no such directory. */
  List<String> list(Path directory) throws IOException;

  /** Makes a new file. A file of that name is an error. */
  StorageFile create(Path file) throws IOException;

  /** Opens a file that exists. */
  StorageFile open(Path file) throws IOException;

  /** Renames within a directory, atomically, over a file of the new name if there is one. */
  void rename(Path from, Path to) throws IOException;

  /** Removes a name. One that does not exist is no error. */
  void delete(Path file) throws IOException;

  /** Returns when the names in a directory are on the medium. */
  void forceDirectory(Path directory) throws IOException;

  /** Locks a file, made if missing, until closed; empty if somebody else has it. */
  Optional<Closeable> lock(Path file) throws IOException;
}
