package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BoundedStepTest {

  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void aStepThatIsDoneIsDone() {
    AtomicBoolean done = new AtomicBoolean();

    assertTrue(BoundedStep.run("it", LONG, () -> done.set(true)));
    assertTrue(done.get());
  }

  @Test
  void aStepThatFailsDoesNotHoldUpTheNext() {
    assertFalse(
        BoundedStep.run(
            "it",
            LONG,
            () -> {
              throw new IOException("the disk is gone");
            }));
  }

  @Test
  void aStepThatHangsIsLeftBehindWithoutAnInterrupt() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();

    assertFalse(
        BoundedStep.run(
            "it",
            SHORT,
            () -> {
              try {
                release.await();
              } catch (InterruptedException e) {
                interrupted.set(true);
              }
              ended.countDown();
            }));

    release.countDown();
    ended.await();
    assertFalse(interrupted.get());
  }
}
