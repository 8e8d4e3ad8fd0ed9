package io.weir.storage.io;

import io.weir.storage.os.OperatingSystem;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The file system of the machine. */
final class RealFiles implements StorageFiles {
  /**
   * Files that this process has locked. To close any channel of such a file would give the lock up,
   * so none may be opened to ask who has it.
   */
  private static final Set<Object> LOCKED = ConcurrentHashMap.newKeySet();

  private final OperatingSystem os;

  RealFiles(OperatingSystem os) {
    this.os = os;
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    Files.createDirectory(directory);
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  @Override
  public List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the channel moves into the returned file
  public StorageFile create(Path file) throws IOException {
    try {
      return new RealFile(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw isNoSpace(e) ? new NoSpaceException(file, e) : e;
    }
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the channel moves into the returned file
  public StorageFile open(Path file) throws IOException {
    return new RealFile(
        file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public OptionalLong allocatedBytes(Path file) {
    return os.allocatedBytes(file);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the channel moves into the returned file
  public StorageFile openToRead(Path file) throws IOException {
    return new RealFile(file, FileChannel.open(file, StandardOpenOption.READ));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      force(directory, channel, true);
    }
  }

  private static void force(Path path, FileChannel channel, boolean metadata) throws IOException {
    try {
      channel.force(metadata);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      throw isNoSpace(e) ? new NoSpaceException(path, e) : new ForceFailedException(path, e);
    }
  }

  /** The JDK passes the words of the C library on, and nothing else that tells the error. */
  private static boolean isNoSpace(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left on device") || message.contains("Disk quota exceeded");
  }

  @Override
  public long usableBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // the channel moves into the returned lock
  public Optional<Closeable> lock(Path file) throws IOException {
    if (Files.exists(file) && LOCKED.contains(keyOf(file))) {
      return Optional.empty();
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        Object key = keyOf(file);
        LOCKED.add(key);
        return Optional.of(() -> {
          LOCKED.remove(key);
          channel.close();
        });
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process was faster: the same answer as if another process had it.
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public boolean isLocked(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    if (LOCKED.contains(keyOf(file))) {
      return true;
    }
    // Shared, so that it can be asked for where nothing may be written.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** What tells a file from all others, whatever it is called. */
  private static Object keyOf(Path file) throws IOException {
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    return key == null ? file.toRealPath() : key;
  }

  private record RealFile(Path path, FileChannel channel) implements StorageFile {

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      long at = position;
      try {
        while (source.hasRemaining()) {
          at += channel.write(source, at);
        }
      } catch (IOException e) {
        throw isNoSpace(e) ? new NoSpaceException(path, e) : e;
      }
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          throw new EOFException(path + " ends before byte " + (at + target.remaining()));
        }
        at += count;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      RealFiles.force(path, channel, metadata);
    }

    @Override
    public MemorySegment map(long position, long bytes, Arena arena) throws IOException {
      return plain(channel.map(FileChannel.MapMode.READ_ONLY, position, bytes, arena), arena);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /**
   * Returns a map as a segment of the class that slabs are of. Inner loops that meet one class only
   * are compiled without asking for it at each access, which doubles the speed of some.
   */
  @SuppressWarnings("restricted") // the memory of the map, as long as its arena and not a byte more
  private static MemorySegment plain(MemorySegment map, Arena arena) {
    return RealFiles.class.getModule().isNativeAccessEnabled()
        ? MemorySegment.ofAddress(map.address())
            .reinterpret(map.byteSize(), arena, null)
            .asReadOnly()
        : map;
  }
}
