package io.weir.storage;

/** Waiting for the store's own threads. */
final class Threads {
  private Threads() {}

  /** Returns when a thread has ended; an interrupt of the caller is kept for later. */
  static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
