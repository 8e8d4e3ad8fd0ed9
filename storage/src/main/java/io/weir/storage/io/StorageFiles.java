package io.weir.storage.io;

import io.weir.storage.os.OperatingSystem;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Every call that storage makes to a file system.
 *
 * <p>A call that fails for want of room throws a {@link NoSpaceException}, a force that fails for
 * another reason a {@link ForceFailedException}.
 *
 * <p><b>Threads:</b> any.
 */
public interface StorageFiles {

  /** The file system of the machine. */
  static StorageFiles real() {
    return real(OperatingSystem.host());
  }

  /** The file system of the machine, whose blocks {@code os} counts. */
  static StorageFiles real(OperatingSystem os) {
    return new RealFiles(os);
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

  /**
   * Bytes that a file takes on its disk, whatever its length; 0 if there is no such file, empty
   * where that cannot be known.
   */
  OptionalLong allocatedBytes(Path file);

  /**
   * Opens a file that exists and that somebody else may be writing to; only reads are allowed. Its
   * folder may be read-only.
   */
  StorageFile openToRead(Path file) throws IOException;

  /** Renames within a directory, atomically, over a file of the new name if there is one. */
  void rename(Path from, Path to) throws IOException;

  /** Removes the name of a file, or of an empty directory. One that does not exist is no error. */
  void delete(Path file) throws IOException;

  /** Returns when the names in a directory are on the medium. */
  void forceDirectory(Path directory) throws IOException;

  /** Returns the bytes that may still be written to the volume of a directory. */
  long usableBytes(Path directory) throws IOException;

  /** Locks a file, made if missing, until closed; empty if somebody else has it. */
  Optional<Closeable> lock(Path file) throws IOException;

  /**
   * Whether somebody holds the lock of a file, this process included. Where nobody does, the file
   * is locked for the moment of the question.
   */
  boolean isLocked(Path file) throws IOException;
}
