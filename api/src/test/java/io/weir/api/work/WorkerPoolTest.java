package io.weir.api.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class WorkerPoolTest {

  private final CountDownLatch release = new CountDownLatch(1);
  private final WorkerPool pool = new WorkerPool("jobs", 1, 1, ApiFixture.PATIENCE);

  @AfterEach
  void stop() throws InterruptedException {
    release.countDown();
    assertTrue(pool.stop(ApiFixture.PATIENCE));
  }

  @Test
  void workRunsOnAThreadOfThePool() {
    assertEquals("weir-jobs-0", await(pool.run(_ -> Thread.currentThread().getName())));
  }

  @Test
  void whatWorkThrowsIsSignalledAsItIs() {
    IOException thrown = new IOException("disk");
    Exception signalled =
        assertThrows(
            Exception.class,
            () ->
                await(
                    pool.run(_ -> {
                      throw thrown;
                    })));
    assertSame(thrown, Exceptions.unwrap(signalled));
  }

  @Test
  void workBeyondTheQueueIsRefusedWithATimeToRetry() {
    start(pool.run(_ -> waitForRelease()));
    Eventually.holds("the first runs", () -> pool.running() == 1);
    start(pool.run(_ -> waitForRelease()));
    ProblemException refused =
        assertThrows(ProblemException.class, () -> await(pool.run(_ -> "never")));
    assertEquals(ProblemType.OVERLOADED, refused.problem().type());
    assertTrue(
        String.valueOf(refused.problem().headers().get("Retry-After")).matches("[1-4]"),
        refused.problem()::toString);
  }

  @Test
  void whatHasWaitedTooLongInAQueueThatStandsIsRefusedAndWhatIsBehindItRuns()
      throws InterruptedException {
    Duration target = Duration.ofMillis(1);
    WorkerPool shedding =
        new WorkerPool("floods", 1, 8, ApiFixture.PATIENCE, new QueueTarget(target, target));
    start(shedding.run(_ -> waitForRelease()));
    Eventually.holds("the first runs", () -> shedding.running() == 1);
    AtomicInteger overloaded = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    long queued = System.nanoTime();
    for (int i = 0; i < 8; i++) {
      shedding
          .run(_ -> "done")
          .subscribe(
              _ -> done.incrementAndGet(),
              failure -> {
                ProblemException refused = (ProblemException) failure;
                assertEquals(ProblemType.OVERLOADED, refused.problem().type());
                assertTrue(refused.problem().headers().containsKey("Retry-After"));
                overloaded.incrementAndGet();
              });
    }
    Eventually.holds(
        "it has stood for long enough",
        () -> System.nanoTime() - queued > 2 * QueueDelay.INTERVAL.toNanos());
    release.countDown();
    Eventually.holds("all have an answer", () -> overloaded.get() + done.get() == 8);
    assertEquals(2, done.get(), "the last ones, which one thread may have waiting");
    assertEquals(6, shedding.refused());
    assertTrue(shedding.stop(ApiFixture.PATIENCE));
  }

  @Test
  void withoutATargetWorkWaitsUntilItsDeadline() {
    WorkerPool patient = new WorkerPool("patients", 1, 8, ApiFixture.PATIENCE);
    start(patient.run(_ -> waitForRelease()));
    Eventually.holds("the first runs", () -> patient.running() == 1);
    AtomicInteger done = new AtomicInteger();
    long queued = System.nanoTime();
    for (int i = 0; i < 8; i++) {
      patient.run(_ -> "done").subscribe(_ -> done.incrementAndGet());
    }
    Eventually.holds(
        "it has stood for long",
        () -> System.nanoTime() - queued > 2 * QueueDelay.INTERVAL.toNanos());
    release.countDown();
    Eventually.holds("all are done", () -> done.get() == 8);
  }

  @Test
  void cancelledWorkLeavesTheQueue() {
    start(pool.run(_ -> waitForRelease()));
    Eventually.holds("the first runs", () -> pool.running() == 1);
    Disposable waiting = start(pool.run(_ -> "never"));
    assertEquals(1, pool.queued());
    waiting.dispose();
    assertEquals(0, pool.queued());
  }

  @Test
  void cancelledWorkIsToldByItsFlagAndNotInterrupted() throws InterruptedException {
    AtomicBoolean interrupted = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    Disposable running =
        start(
            pool.run(cancelled -> {
              begun.countDown();
              Eventually.holds("cancelled", cancelled);
              interrupted.set(Thread.currentThread().isInterrupted());
              over.countDown();
              return "done";
            }));
    assertTrue(begun.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    running.dispose();
    assertTrue(over.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    assertFalse(interrupted.get());
  }

  @Test
  void lateWorkIsCancelledAndSaidToBeLate() throws InterruptedException {
    // Its thread must have begun the work by then, or the work is never called.
    WorkerPool hasty = new WorkerPool("hasty", 1, 1, Duration.ofSeconds(2));
    CountDownLatch over = new CountDownLatch(1);
    ProblemException late =
        assertThrows(
            ProblemException.class,
            () ->
                await(
                    hasty.run(cancelled -> {
                      Eventually.holds("cancelled", cancelled);
                      over.countDown();
                      return "too late";
                    })));
    assertEquals(ProblemType.DEADLINE_PASSED, late.problem().type());
    assertTrue(over.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    assertTrue(hasty.stop(ApiFixture.PATIENCE));
  }

  @Test
  void stoppingCancelsWhatRunsAndDropsWhatWaits() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch waitingEnded = new CountDownLatch(1);
    start(
        pool.run(cancelled -> {
          begun.countDown();
          Eventually.holds("cancelled", cancelled);
          return "ended";
        }));
    assertTrue(begun.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    start(pool.run(_ -> "never").doOnError(_ -> waitingEnded.countDown()));
    assertTrue(pool.stop(ApiFixture.PATIENCE));
    assertTrue(waitingEnded.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
  }

  @Test
  void aStoppedPoolSaysSo() throws InterruptedException {
    assertTrue(pool.stop(ApiFixture.PATIENCE));
    ProblemException refused =
        assertThrows(ProblemException.class, () -> await(pool.run(_ -> "never")));
    assertEquals(ProblemType.STOPPING, refused.problem().type());
  }

  private String waitForRelease() throws InterruptedException {
    assertTrue(release.await(ApiFixture.PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    return "released";
  }

  private static Disposable start(Mono<String> work) {
    return work.subscribe(_ -> {}, _ -> {});
  }

  private static String await(Mono<String> work) {
    return work.blockOptional(ApiFixture.PATIENCE).orElseThrow();
  }

  /** A client may read slowly; only the work is against the deadline. */
  @Test
  void aResultThatNobodyHasTakenYetIsNotLate() {
    AtomicBoolean worked = new AtomicBoolean();
    StepVerifier.withVirtualTime(
            () -> pool.run(Duration.ofSeconds(1), _ -> worked.compareAndSet(false, true)), 0)
        .expectSubscription()
        .then(() -> Eventually.holds("it is done", () -> worked.get() && pool.running() == 0))
        .thenAwait(Duration.ofMinutes(1))
        .thenRequest(1)
        .expectNext(true)
        .expectComplete()
        .verify(ApiFixture.PATIENCE);
  }
}
