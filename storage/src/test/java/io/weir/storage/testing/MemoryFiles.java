package io.weir.storage.testing;

import io.weir.storage.io.ForceFailedException;
import io.weir.storage.io.NoSpaceException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that remembers every change, so that a {@link Disk} can say what might be
 * left of it after any of them, and that fails calls on demand.
 *
 * <p><b>Threads:</b> any; one lock over all.
 */
public final class MemoryFiles implements StorageFiles {
  private static final long BLOCK_BYTES = 4_096;

  /** The names in each directory. */
  private final Map<Path, Map<String, Inode>> names;

  private final Set<Path> locks = new HashSet<>();
  private final List<Operation.Change> log = new ArrayList<>();
  private Faults faults = Faults.NONE;
  private @Nullable Interruption interruption;
  private int calls;

  /** An empty file system. */
  public MemoryFiles() {
    this(new HashMap<>());
  }

  /** A file system of these directories, as if they had always been there; takes them over. */
  MemoryFiles(Map<Path, Map<String, Inode>> names) {
    this.names = names;
  }

  /** Puts a file there, as if it had always been, in a directory that is restored, too. */
  public synchronized void restore(Path file, byte[] bytes) {
    siblings(file).put(name(file), new Inode(bytes));
  }

  /** Puts a directory there with all its parents, as if they had always been. */
  public synchronized void restoreDirectory(Path directory) {
    names.computeIfAbsent(directory, _ -> new TreeMap<>());
    Path parent = directory.getParent();
    if (parent != null) {
      restoreDirectory(parent);
      siblings(directory).put(name(directory), Inode.DIRECTORY);
    }
  }

  /** From now on, faults decide, and calls are counted from 0. */
  public synchronized void setFaults(Faults newFaults) {
    faults = newFaults;
    calls = 0;
  }

  /** What happens once, before a call that it waits for, on the thread of the call. */
  private record Interruption(Predicate<Operation> awaited, Runnable action) {}

  /** Before the next call of some kind, something else happens; on its thread, as if beside it. */
  public synchronized void interrupt(Predicate<Operation> awaited, Runnable action) {
    interruption = new Interruption(awaited, action);
  }

  /** Nothing happens before calls any more. */
  public synchronized void stopInterrupting() {
    interruption = null;
  }

  /** How many calls there have been since faults were set. */
  public synchronized int calls() {
    return calls;
  }

  /** Remembers, between the changes, that a store said what is durable. */
  public synchronized void acknowledge(Path store, long nextOffset) {
    log.add(new Operation.Acknowledge(store, nextOffset));
  }

  /** The changes so far. */
  public synchronized List<Operation.Change> log() {
    return List.copyOf(log);
  }

  /** The names in each directory, copied. */
  synchronized Map<Path, Map<String, Inode>> names() {
    Map<Path, Map<String, Inode>> copy = new TreeMap<>();
    names.forEach((directory, inodes) -> copy.put(directory, new TreeMap<>(inodes)));
    return copy;
  }

  /** The bytes of each file; not to be changed. */
  public synchronized Map<Path, byte[]> contents() {
    Map<Path, byte[]> contents = new TreeMap<>();
    names.forEach((directory, inodes) ->
        inodes.forEach((name, inode) -> {
          if (inode != Inode.DIRECTORY) {
            contents.put(directory.resolve(name), inode.share());
          }
        }));
    return contents;
  }

  /** A file system with the same files, which goes its own way. */
  public synchronized MemoryFiles copy() {
    Map<Path, Map<String, Inode>> copy = new HashMap<>();
    names.forEach((directory, inodes) -> {
      Map<String, Inode> copied = new TreeMap<>();
      inodes.forEach((name, inode) ->
          copied.put(name, inode == Inode.DIRECTORY ? inode : new Inode(inode.share())));
      copy.put(directory, copied);
    });
    return new MemoryFiles(copy);
  }

  /** A copy in which a file has other bytes. */
  public MemoryFiles with(Path file, byte[] bytes) {
    MemoryFiles copy = copy();
    copy.restore(file, bytes);
    return copy;
  }

  /** A copy in which a file is missing. */
  public MemoryFiles without(Path file) {
    MemoryFiles copy = copy();
    copy.siblings(file).remove(name(file));
    return copy;
  }

  /**
   * Counts a call that changes nothing.
   *
   * @throws IOException if it is to fail
   */
  synchronized void look(Path path, String how) throws IOException {
    fail(nextFault(new Operation.Look(path, how)), path, how);
  }

  synchronized Fault nextFault(Operation operation) {
    Interruption pending = interruption;
    if (pending != null && pending.awaited().test(operation)) {
      interruption = null;
      pending.action().run();
    }
    return faults.of(calls++, operation);
  }

  private static void fail(Fault fault, Path path, String what) throws IOException {
    switch (fault) {
      case NONE -> {}
      case ERROR, LATE -> {
        IOException error = new IOException("injected input/output error: " + what);
        throw what.startsWith("Force") ? new ForceFailedException(path, error) : error;
      }
      case SHORT -> throw new NoSpaceException(path + ": injected: no space left on device");
      case OUT_OF_MEMORY -> throw new OutOfMemoryError("injected: " + what);
    }
  }

  /** Does a change, or fails, or both. */
  synchronized void change(Operation.Change change, Runnable effect) throws IOException {
    change(change, effect, nextFault(change));
  }

  synchronized void change(Operation.Change change, Runnable effect, Fault fault)
      throws IOException {
    if (fault == Fault.NONE || fault == Fault.LATE) {
      log.add(change);
      effect.run();
    }
    fail(fault, change.path(), change.getClass().getSimpleName());
  }

  /** Remembers a change that has only partly been done. */
  synchronized void remember(Operation.Change change) {
    log.add(change);
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? path : parent;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private Map<String, Inode> siblings(Path path) {
    return names.computeIfAbsent(parent(path), _ -> new TreeMap<>());
  }

  private @Nullable Inode find(Path file) {
    Map<String, Inode> siblings = names.get(parent(file));
    return siblings == null ? null : siblings.get(name(file));
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent == null || find(directory) == Inode.DIRECTORY) {
      return;
    }
    createDirectories(parent);
    change(
        new Operation.MakeDirectory(directory),
        () -> siblings(directory).put(name(directory), Inode.DIRECTORY));
    forceDirectory(parent);
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    look(directory, "list");
    return List.copyOf(names.getOrDefault(directory, Map.of()).keySet());
  }

  @Override
  public synchronized StorageFile create(Path file) throws IOException {
    if (find(file) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    if (parent(file).getParent() != null && find(parent(file)) == null) {
      throw new NoSuchFileException(file.toString());
    }
    Inode inode = new Inode();
    change(new Operation.Create(file, inode), () -> siblings(file).put(name(file), inode));
    return new MemoryFile(this, file, inode);
  }

  @Override
  public synchronized StorageFile open(Path file) throws IOException {
    look(file, "open");
    return new MemoryFile(this, file, existing(file));
  }

  private Inode existing(Path file) throws NoSuchFileException {
    Inode inode = find(file);
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return inode;
  }

  @Override
  public StorageFile openToRead(Path file) throws IOException {
    return open(file);
  }

  /** Whole blocks of 4 KiB, as most file systems give them. */
  @Override
  public synchronized OptionalLong allocatedBytes(Path file) {
    Inode inode = find(file);
    return OptionalLong.of(
        inode == null ? 0 : Math.ceilDiv(inode.length(), BLOCK_BYTES) * BLOCK_BYTES);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Inode inode = existing(from);
    change(
        new Operation.Rename(from, to, inode),
        () -> {
          siblings(from).remove(name(from));
          siblings(to).put(name(to), inode);
        });
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    Inode inode = find(file);
    if (inode == Inode.DIRECTORY && !names.getOrDefault(file, Map.of()).isEmpty()) {
      throw new DirectoryNotEmptyException(file.toString());
    }
    if (inode != null) {
      change(new Operation.Delete(file), () -> siblings(file).remove(name(file)));
    }
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    change(new Operation.ForceDirectory(directory), () -> {});
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    look(directory, "usableBytes");
    return Long.MAX_VALUE;
  }

  @Override
  public synchronized Optional<Closeable> lock(Path file) throws IOException {
    look(file, "lock");
    return locks.add(file) ? Optional.of(() -> unlock(file)) : Optional.empty();
  }

  @Override
  public synchronized boolean isLocked(Path file) {
    return locks.contains(file);
  }

  private synchronized void unlock(Path file) {
    locks.remove(file);
  }
}
