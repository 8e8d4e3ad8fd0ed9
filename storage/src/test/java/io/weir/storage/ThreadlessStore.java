package io.weir.storage;

import io.weir.storage.io.StorageFiles;
import io.weir.storage.os.OperatingSystem;
import io.weir.storage.segment.SegmentSet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** Opens stores that run on the thread of the test, and ask the machine for nothing but memory. */
final class ThreadlessStore {
  private static final OperatingSystem NONE =
      OperatingSystem.of(_ -> Optional.empty(), Path.of("/nowhere"));
  private static final ThreadLocal<ByteBuffer> PIECE =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(SegmentSet.pieceBytes()));

  private ThreadlessStore() {}

  static VectorStore open(Path root, StoreOptions options, StorageFiles files) throws IOException {
    return LocalVectorStore.open(root, options, files, NONE, Optional.of(PIECE.get()));
  }
}
