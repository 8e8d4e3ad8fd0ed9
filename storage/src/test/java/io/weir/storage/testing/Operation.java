package io.weir.storage.testing;

import java.nio.file.Path;

/** A call to a {@link MemoryFiles}, or what the outside world was told in between. */
public sealed interface Operation {

  /** What it is done to. */
  Path path();

  /** A change, or what makes a change durable: remembered. */
  sealed interface Change extends Operation {}

  /** A directory was made. */
  record MakeDirectory(Path path) implements Change {}

  /** A name was given to a new file. */
  record Create(Path path, Inode inode) implements Change {}

  /** Bytes were written. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Write(Path path, Inode inode, long position, byte[] bytes) implements Change {}

  /** A file was cut. */
  record Truncate(Path path, Inode inode, long size) implements Change {}

  /** A file was forced; or that failed, and the kernel has forgotten what was not written yet. */
  record Force(Path path, Inode inode, boolean failed) implements Change {}

  /** A file got another name in its directory. */
  record Rename(Path path, Path to, Inode inode) implements Change {}

  /** A name was removed. */
  record Delete(Path path) implements Change {}

  /** A directory was forced. */
  record ForceDirectory(Path path) implements Change {}

  /** Not a call: the store said that everything below an offset is durable. */
  record Acknowledge(Path path, long nextOffset) implements Change {}

  /** Something was looked at, opened or closed: changes nothing, but may fail. */
  record Look(Path path, String how) implements Operation {}
}
