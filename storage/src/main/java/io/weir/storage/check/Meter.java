package io.weir.storage.check;

/** Counts what is read, asks the throttle before, tells the progress after. */
final class Meter {
  private final ReadThrottle throttle;
  private final Progress progress;
  private long done;
  private long total;

  Meter(ReadThrottle throttle, Progress progress) {
    this.throttle = throttle;
    this.progress = progress;
  }

  void expect(long bytes) {
    total += bytes;
  }

  void before(int bytes) {
    throttle.beforeReading(bytes);
  }

  void after(int bytes) {
    done += bytes;
    progress.read(done, Math.max(done, total));
  }

  void end() {
    progress.read(done, done);
  }

  long done() {
    return done;
  }
}
