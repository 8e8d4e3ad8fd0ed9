package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file whose writes wait for a throttle. It is forced every {@link #FORCE_BYTES}, so that the
 * force of a checkpoint finds no gigabyte of somebody else's bytes before its own.
 *
 * <p><b>Ownership:</b> owns the file behind it.
 */
final class ThrottledFile extends ForwardingFile {
  private static final long FORCE_BYTES = 32L << 20;

  private final Throttle throttle;
  private long unforcedBytes;

  ThrottledFile(StorageFile file, Throttle throttle) {
    super(file);
    this.throttle = throttle;
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    int bytes = source.remaining();
    throttle.before(bytes);
    super.write(source, position);
    unforcedBytes += bytes;
    if (unforcedBytes >= FORCE_BYTES) {
      super.force(false);
      unforcedBytes = 0;
    }
  }
}
