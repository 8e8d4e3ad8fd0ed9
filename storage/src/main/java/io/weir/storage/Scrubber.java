package io.weir.storage;

import io.weir.storage.check.Depth;
import io.weir.storage.check.Finding;
import io.weir.storage.check.Progress;
import io.weir.storage.check.StoreVerifier;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.io.StorageFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the files of a running store again and again, slowly, with reads of its own: a bad sector
 * is an error here, where through a map it would end the process.
 *
 * <p><b>Threads:</b> a plain platform thread that nobody else knows.
 */
final class Scrubber implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

  private final StorageFiles files;
  private final Path root;
  private final ScrubOptions options;
  private final InstantSource clock;
  private final Pace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private final Thread thread;
  private Set<Finding> known = Set.of();
  private boolean closed;
  private volatile ScrubReport report = ScrubReport.NONE;

  /** Does nothing before {@link #start}, nor after it if the options switch it off. */
  Scrubber(StorageFiles files, Path root, ScrubOptions options, InstantSource clock) {
    this.files = files;
    this.root = root;
    this.options = options;
    this.clock = clock;
    this.pace = new Pace(options.bytesPerSecond());
    this.thread = Thread.ofPlatform().name("weir-scrub").daemon().unstarted(this::loop);
  }

  void start() {
    if (options.bytesPerSecond() > 0) {
      thread.start();
    }
  }

  ScrubReport report() {
    return report;
  }

  private void loop() {
    long interval = options.interval().toNanos();
    long pause = Math.min(interval, ScrubOptions.FIRST_PAUSE.toNanos());
    while (!isClosedAfter(pause)) {
      try {
        pass();
      } catch (CancellationException e) {
        return;
      } catch (RuntimeException | Error e) {
        LOG.error("{}: scrubbing failed and is tried again later", root, e);
      }
      pause = interval;
    }
  }

  private boolean isClosedAfter(long pauseNanos) {
    lock.lock();
    try {
      long left = pauseNanos;
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
      return closed;
    } catch (InterruptedException e) {
      throw new IllegalStateException("somebody interrupted the scrubbing thread", e);
    } finally {
      lock.unlock();
    }
  }

  private void pass() {
    ScrubReport before = report;
    Instant started = clock.instant();
    long readBefore = before.bytesRead();
    report = running(before, started, readBefore);
    Progress progress = (done, _) -> report = running(before, started, readBefore + done);
    StoreVerifier verifier =
        new StoreVerifier(files, root, Depth.CHECKSUMS, this::beforeReading, progress);
    List<Finding> findings = before.findings();
    long damaged = before.damaged();
    Optional<String> failure = Optional.empty();
    try {
      VerifyReport found = verifier.verify();
      findings = found.findings();
      damaged = found.findingCount();
      tell(findings);
    } catch (IOException e) {
      LOG.warn("{}: scrubbing ended early: {}", root, e.toString());
      failure = Optional.of(e.toString());
    }
    report =
        new ScrubReport(
            before.passes() + 1,
            Optional.empty(),
            Optional.of(started),
            Optional.of(clock.instant()),
            report.bytesRead(),
            damaged,
            findings,
            failure);
  }

  private static ScrubReport running(ScrubReport before, Instant started, long bytesRead) {
    return new ScrubReport(
        before.passes(),
        Optional.of(started),
        before.lastStarted(),
        before.lastFinished(),
        bytesRead,
        before.damaged(),
        before.findings(),
        before.failure());
  }

  /** What the pass before has found is not told again. */
  private void tell(List<Finding> findings) {
    for (Finding finding : findings) {
      if (!known.contains(finding)) {
        LOG.error("damaged: {}", finding.text());
      }
    }
    known = new HashSet<>(findings);
  }

  private void beforeReading(int bytes) {
    try {
      pace.before(bytes);
    } catch (IOException e) {
      CancellationException cancelled = new CancellationException(e.getMessage());
      cancelled.initCause(e);
      throw cancelled;
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signal();
    } finally {
      lock.unlock();
    }
    pace.close();
    Threads.joinUninterruptibly(thread);
  }
}
