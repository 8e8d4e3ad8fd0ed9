package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway") // the extension does not look at its context
class FreeEventLoopsTest {

  private static final ExtensionContext NONE = null;

  @TempDir private Path directory;

  private static void onThread(String name, Executable work) throws InterruptedException {
    Thread thread =
        Thread.ofPlatform()
            .name(name)
            .start(() -> {
              try {
                work.execute();
              } catch (Throwable e) {
                throw new AssertionError(e);
              }
            });
    thread.join();
  }

  private void assertCaught(Executable work) throws InterruptedException {
    onThread("weir-http-test", work);
    assertTrue(!FreeEventLoops.calls().isEmpty(), "nothing was seen");
    assertThrows(AssertionError.class, () -> new FreeEventLoops().afterAll(NONE));
    assertEquals(List.of(), FreeEventLoops.calls());
  }

  @Test
  void aSleepOnAnEventLoopFailsTheClass() throws Exception {
    assertCaught(() -> Thread.sleep(1));
  }

  @Test
  void aFileOnAnEventLoopFailsTheClass() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertCaught(() -> {
      try (var in = new java.io.FileInputStream(file.toFile())) {
        assertEquals('t', in.read());
      }
    });
  }

  @Test
  void aLockThatSomebodyHoldsFailsTheClass() throws Exception {
    ReentrantLock lock = new ReentrantLock();
    Thread waiting = Thread.ofPlatform().name("weir-http-test").unstarted(() -> take(lock));
    lock.lock();
    try {
      waiting.start();
      Eventually.holds("it is seen", () -> !FreeEventLoops.calls().isEmpty());
    } finally {
      lock.unlock();
    }
    waiting.join();
    assertThrows(AssertionError.class, () -> new FreeEventLoops().afterAll(NONE));
  }

  private static void take(ReentrantLock lock) {
    lock.lock();
    try {
      assertTrue(lock.isHeldByCurrentThread());
    } finally {
      lock.unlock();
    }
  }

  @Test
  void otherThreadsMayWait() throws Exception {
    onThread("weir-reads-test", () -> Thread.sleep(1));
    assertEquals(List.of(), FreeEventLoops.calls());
  }
}
