package io.weir.storage.testing;

import io.weir.storage.io.StorageFile;
import io.weir.storage.io.StorageFiles;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that remembers every operation, so that a {@link PowerLoss} can say what
 * might be left of it after any of them, and that fails operations on demand.
 *
 * <p><b>Threads:</b> any; one lock over all.
 */
public final class MemoryFiles implements StorageFiles {
  private final Map<Path, Inode> names = new TreeMap<>();
  private final Set<Path> directories = new HashSet<>();
  private final Set<Path> locks = new HashSet<>();
  private final List<Operation> log = new ArrayList<>();
  private Faults faults = (_, _) -> Fault.NONE;

  /** An empty file system. */
  public MemoryFiles() {}

  /** What goes wrong with an operation. */
  public enum Fault {
    /** Nothing. */
    NONE,
    /** It does nothing and throws. */
    ERROR,
    /** A write does half of its work and throws; anything else as {@link #ERROR}. */
    SHORT,
    /** It does nothing, and the machine is out of memory. */
    OUT_OF_MEMORY,
    /** It does nothing and says nothing: a mutant of the code that should have asked for it. */
    SKIPPED
  }

  /** Decides what goes wrong. */
  @FunctionalInterface
  public interface Faults {
    /** The fault of the operation that would be number {@code index}. */
    Fault of(int index, Operation operation);
  }

  /** An operation that changes something, or makes a change durable. */
  public sealed interface Operation {
    /** What it is done to. */
    Path path();

    /** A directory was made. */
    record MakeDirectory(Path path) implements Operation {}

    /** A name was given to a new file. */
    record Create(Path path, Inode inode) implements Operation {}

    /** Bytes were written. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Write(Path path, Inode inode, long position, byte[] bytes) implements Operation {}

    /** A file was cut. */
    record Truncate(Path path, Inode inode, long size) implements Operation {}

    /** A file was forced; or that failed, and the kernel has forgotten what was not written yet. */
    record Force(Path path, Inode inode, boolean failed) implements Operation {}

    /** A file got another name. */
    record Rename(Path path, Path to) implements Operation {}

    /** A name was removed. */
    record Delete(Path path) implements Operation {}

    /** A directory was forced. */
    record ForceDirectory(Path path) implements Operation {}
  }

  /** A file's bytes, whatever its name. */
  public static final class Inode {
    private byte[] bytes = new byte[0];

    Inode() {}

    Inode(byte[] bytes) {
      this.bytes = bytes;
    }

    void write(long position, byte[] written) {
      int end = Math.toIntExact(position + written.length);
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, end);
      }
      System.arraycopy(written, 0, bytes, (int) position, written.length);
    }

    byte[] copy() {
      return bytes.clone();
    }

    long length() {
      return bytes.length;
    }

    void truncate(long size) {
      bytes = Arrays.copyOf(bytes, (int) size);
    }
  }

  /** Puts a file there, as if it had always been. */
  synchronized void restore(Path path, byte[] bytes) {
    names.put(path, new Inode(bytes));
  }

  /** Puts a directory there, as if it had always been. */
  synchronized void restoreDirectory(Path path) {
    directories.add(path);
  }

  /** From now on, faults decide. */
  public synchronized void setFaults(Faults newFaults) {
    faults = newFaults;
  }

  /** The operations so far. */
  public synchronized List<Operation> log() {
    return List.copyOf(log);
  }

  /** How many operations there have been. */
  public synchronized int operations() {
    return log.size();
  }

  /** The bytes of each file. */
  public synchronized Map<Path, byte[]> contents() {
    Map<Path, byte[]> contents = new TreeMap<>();
    names.forEach((path, inode) -> contents.put(path, inode.bytes.clone()));
    return contents;
  }

  private Fault next(Operation operation) {
    return faults.of(log.size(), operation);
  }

  /** Returns whether to do it. */
  private boolean begin(Operation operation) throws IOException {
    return begin(operation, next(operation));
  }

  private boolean begin(Operation operation, Fault fault) throws IOException {
    if (fault == Fault.ERROR || fault == Fault.SHORT) {
      throw new IOException("injected: " + operation.getClass().getSimpleName());
    }
    if (fault == Fault.OUT_OF_MEMORY) {
      throw new OutOfMemoryError("injected");
    }
    if (fault == Fault.NONE) {
      log.add(operation);
    }
    return fault == Fault.NONE;
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    Path parent = directory.getParent();
    if (parent != null && !directories.contains(parent)) {
      createDirectories(parent);
    }
    if (!directories.contains(directory) && begin(new Operation.MakeDirectory(directory))) {
      directories.add(directory);
      if (parent != null) {
        forceDirectory(parent);
      }
    }
  }

  @Override
  public synchronized List<String> list(Path directory) {
    Set<String> found = new HashSet<>();
    names.keySet().stream()
        .filter(path -> directory.equals(path.getParent()))
        .forEach(path -> found.add(String.valueOf(path.getFileName())));
    directories.stream()
        .filter(path -> directory.equals(path.getParent()))
        .forEach(path -> found.add(String.valueOf(path.getFileName())));
    return found.stream().sorted().toList();
  }

  @Override
  public synchronized StorageFile create(Path file) throws IOException {
    if (names.containsKey(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Inode inode = new Inode();
    if (begin(new Operation.Create(file, inode))) {
      names.put(file, inode);
    }
    return new MemoryFile(file, inode);
  }

  @Override
  public synchronized StorageFile open(Path file) throws IOException {
    @Nullable Inode inode = names.get(file);
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return new MemoryFile(file, inode);
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    if (begin(new Operation.Rename(from, to))) {
      Inode inode = names.remove(from);
      if (inode == null) {
        throw new NoSuchFileException(from.toString());
      }
      names.put(to, inode);
    }
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    if (names.containsKey(file) && begin(new Operation.Delete(file))) {
      names.remove(file);
    }
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    begin(new Operation.ForceDirectory(directory));
  }

  @Override
  public synchronized Optional<Closeable> lock(Path file) {
    return locks.add(file) ? Optional.of(() -> unlock(file)) : Optional.empty();
  }

  private synchronized void unlock(Path file) {
    locks.remove(file);
  }

  private final class MemoryFile implements StorageFile {
    private final Path path;
    private final Inode inode;

    MemoryFile(Path path, Inode inode) {
      this.path = path;
      this.inode = inode;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      synchronized (MemoryFiles.this) {
        return inode.bytes.length;
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      synchronized (MemoryFiles.this) {
        Operation.Write write = new Operation.Write(path, inode, position, bytes);
        Fault fault = next(write);
        if (fault == Fault.SHORT) {
          byte[] half = Arrays.copyOf(bytes, bytes.length / 2);
          inode.write(position, half);
          log.add(new Operation.Write(path, inode, position, half));
          throw new IOException("injected: no space left on device");
        }
        if (begin(write, fault)) {
          inode.write(position, bytes);
        }
      }
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      synchronized (MemoryFiles.this) {
        if (position + target.remaining() > inode.bytes.length) {
          throw new EOFException(path + " ends before the range that was asked for");
        }
        target.put(inode.bytes, (int) position, target.remaining());
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (MemoryFiles.this) {
        if (begin(new Operation.Truncate(path, inode, size))) {
          inode.truncate(size);
        }
      }
    }

    @Override
    public void force(boolean metadata) throws IOException {
      synchronized (MemoryFiles.this) {
        Operation.Force force = new Operation.Force(path, inode, false);
        Fault fault = next(force);
        if (fault == Fault.ERROR || fault == Fault.SHORT) {
          log.add(new Operation.Force(path, inode, true));
          throw new IOException("injected: input/output error");
        }
        begin(force, fault);
      }
    }

    @Override
    public MemorySegment map(long position, long bytes, Arena arena) {
      synchronized (MemoryFiles.this) {
        MemorySegment mapped = arena.allocate(bytes, 64);
        MemorySegment.copy(MemorySegment.ofArray(inode.bytes), position, mapped, 0, bytes);
        return mapped;
      }
    }

    @Override
    public void close() {}
  }
}
