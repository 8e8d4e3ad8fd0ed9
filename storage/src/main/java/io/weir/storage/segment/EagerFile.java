package io.weir.storage.segment;

import io.weir.storage.io.StorageFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A file whose bytes are on their way to the medium while more are written, so that the disk does
 * not wait for the writer nor, in the end, the writer for all of it. Every {@link #FORCE_BYTES}
 * what there is is forced on a thread of its own, unless that is still busy with the last time.
 *
 * <p>It is a head start and no more: only {@link #force} says that bytes are on the medium. An
 * early force that fails is as final as any: from then on, writing and forcing fail with it.
 *
 * <p><b>Threads:</b> one writer. The forcing thread is a plain one that nobody else knows, so
 * nobody can interrupt it. <b>Ownership:</b> owns the file behind it.
 */
final class EagerFile extends ForwardingFile {
  static final long FORCE_BYTES = 16L << 20;

  private CompletableFuture<@Nullable Void> forcing = CompletableFuture.completedFuture(null);
  private long unforcedBytes;

  EagerFile(StorageFile file) {
    super(file);
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    if (forcing.isDone()) {
      awaitForcing();
    }
    unforcedBytes += source.remaining();
    super.write(source, position);
    if (unforcedBytes >= FORCE_BYTES && forcing.isDone()) {
      awaitForcing();
      unforcedBytes = 0;
      forcing =
          CompletableFuture.runAsync(
              this::forceEarly, task -> Thread.ofPlatform().name("weir-force").start(task));
    }
  }

  private void forceEarly() {
    try {
      super.force(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitForcing() throws IOException {
    try {
      forcing.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException failure) {
        throw failure.getCause();
      }
      throw e;
    }
  }

  @Override
  public void force(boolean metadata) throws IOException {
    awaitForcing();
    super.force(metadata);
    unforcedBytes = 0;
  }

  @Override
  public void close() throws IOException {
    // A failure has been told, or belongs to bytes that nobody counts on.
    forcing.handle((_, _) -> true).join();
    super.close();
  }
}
