package io.weir.ingest.testing;

import java.util.Set;
import java.util.stream.Collectors;

/** The threads of this process that poll from Kafka: to interrupt one makes it fail. */
public final class PollThreads {
  private PollThreads() {}

  /** Those that are alive. */
  public static Set<Thread> alive() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("weir-ingest-poll"))
        .collect(Collectors.toSet());
  }
}
