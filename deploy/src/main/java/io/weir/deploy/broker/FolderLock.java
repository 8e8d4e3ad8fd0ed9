package io.weir.deploy.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a second broker out of a folder.
 *
 * <p>Kafka has a lock of its own, but in a node that is broker and controller at once it is taken
 * after the controller has opened the metadata log and elected itself: a second process would write
 * into the first one's log before it is refused. Measured; hence this lock, before anything else.
 *
 * <p>The system gives the lock back when the process ends, however it ends.
 */
final class FolderLock implements AutoCloseable {

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @param file made where it is missing, and left there
   * @throws BrokerStartException if another broker, in this process or another, has it
   */
  static FolderLock take(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new BrokerStartException(
            "another broker is running in " + file.getParent() + "; stop it or use another folder");
      }
      return new FolderLock(channel);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) { // this process has it
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
