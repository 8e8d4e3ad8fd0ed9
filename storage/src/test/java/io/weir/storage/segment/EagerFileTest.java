package io.weir.storage.segment;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.storage.io.ForceFailedException;
import io.weir.storage.io.StorageFile;
import io.weir.storage.testing.Fault;
import io.weir.storage.testing.MemoryFiles;
import io.weir.storage.testing.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EagerFileTest {
  private static final Path PATH = Path.of("/1.segment");
  private static final int WRITE_BYTES = 4 << 20;
  private static final int WRITES = (int) (EagerFile.FORCE_BYTES / WRITE_BYTES);

  private final MemoryFiles files = new MemoryFiles();

  private static void write(StorageFile file, int from, int to) throws IOException {
    for (int number = from; number < to; number++) {
      file.write(ByteBuffer.allocate(WRITE_BYTES), (long) number * WRITE_BYTES);
    }
  }

  private long forces() {
    return files.log().stream().filter(Operation.Force.class::isInstance).count();
  }

  private void awaitForces(long count) throws InterruptedException {
    while (forces() < count) {
      Thread.sleep(Duration.ofMillis(1));
    }
  }

  @Test
  void manyBytesAreForcedBeforeTheWriterAsks() throws Exception {
    try (StorageFile file = new EagerFile(files.create(PATH))) {
      write(file, 0, WRITES);
      awaitForces(1);
      write(file, WRITES, 2 * WRITES - 1);
      file.force(true);
      assertEquals(2, forces());
    }
  }

  @Test
  void fewBytesAreForcedWhenTheWriterAsks() throws Exception {
    try (StorageFile file = new EagerFile(files.create(PATH))) {
      write(file, 0, WRITES - 1);
      file.force(true);
      write(file, WRITES - 1, 2 * WRITES - 2);
      assertEquals(1, forces());
    }
  }

  @Test
  void aFailedEarlyForceIsFinal() throws Exception {
    files.setFaults((_, operation) ->
        operation instanceof Operation.Force && forces() == 0 ? Fault.ERROR : Fault.NONE);
    try (StorageFile file = new EagerFile(files.create(PATH))) {
      write(file, 0, WRITES);
      awaitForces(1);
      ForceFailedException first = assertThrows(ForceFailedException.class, () -> file.force(true));
      assertSame(first, assertThrows(ForceFailedException.class, () -> file.force(true)));
      assertSame(
          first, assertThrows(ForceFailedException.class, () -> write(file, WRITES, WRITES + 1)));
      assertEquals(1, forces());
    }
  }

  @Test
  void closingWaitsForTheForceThatIsUnderWay() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    files.setFaults((_, operation) -> {
      if (operation instanceof Operation.Force) {
        await(go);
      }
      return Fault.NONE;
    });
    StorageFile file = new EagerFile(files.create(PATH));
    write(file, 0, WRITES);
    CompletableFuture<@Nullable Void> closing =
        CompletableFuture.runAsync(() -> assertDoesNotThrow(file::close));
    assertThrows(TimeoutException.class, () -> closing.get(50, TimeUnit.MILLISECONDS));
    go.countDown();
    closing.get(60, TimeUnit.SECONDS);
    assertEquals(1, forces());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
