package io.weir.deploy.audit;

import io.weir.api.client.Row;
import io.weir.deploy.terminal.Progress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the store for every key and compares.
 *
 * <p>Memory: the answers of suspects beyond {@value #MAX_ANSWERS} are not kept, only what is wrong
 * with them.
 *
 * <p><b>Threads:</b> {@link #run} on one, which hands out the work to {@value #CONCURRENCY}.
 */
final class RowComparison {

  /** As many as the server works on at a time, and as many again on their way. */
  private static final int CONCURRENCY = 16;

  private static final int MAX_ANSWERS = 1_000;
  private static final int KEYS_A_STEP = 64;

  private final ExpectedRows rows;
  private final Map<Integer, Long> positions;
  private final AuditedStore store;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong equalRows = new AtomicLong();
  private final AtomicLong changedSince = new AtomicLong();
  private final AtomicLong hidden = new AtomicLong();
  private final List<Suspect> suspects = new ArrayList<>();
  private volatile boolean failed;

  /**
   * Asks nothing yet.
   *
   * @param positions by partition; rows at or above are newer than what was read
   */
  RowComparison(ExpectedRows rows, Map<Integer, Long> positions, AuditedStore store) {
    this.rows = rows;
    this.positions = positions;
    this.store = store;
  }

  /** Rows that are just as expected. */
  long equalRows() {
    return equalRows.get();
  }

  /** Keys with a newer row. */
  long changedSince() {
    return changedSince.get();
  }

  /** Rows that another partition's hides. */
  long hidden() {
    return hidden.get();
  }

  /** Returns the entries that differ. */
  List<Suspect> run(Progress progress) throws AuditException, InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            CONCURRENCY, Thread.ofPlatform().name("weir-audit-", 0).daemon().factory());
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < CONCURRENCY; i++) {
        running.add(workers.submit(() -> work(progress)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AuditException known) {
        throw known;
      }
      throw new IllegalStateException("a comparison failed", e.getCause());
    } finally {
      failed = true;
      workers.shutdownNow();
    }
    return suspects;
  }

  private @Nullable Void work(Progress progress) throws AuditException, InterruptedException {
    ContentHash hash = new ContentHash();
    try {
      while (!failed) {
        int from = next.getAndAdd(KEYS_A_STEP);
        if (from >= rows.size()) {
          return null;
        }
        int to = Math.min(rows.size(), from + KEYS_A_STEP);
        for (int entry = from; entry < to; entry++) {
          compare(entry, hash);
        }
        synchronized (progress) {
          progress.accept(Math.min(rows.size(), next.get()));
        }
      }
      return null;
    } catch (AuditException | RuntimeException e) {
      failed = true;
      throw e;
    }
  }

  private void compare(int entry, ContentHash hash) throws AuditException, InterruptedException {
    byte[] key = rows.key(entry);
    switch (store.get(key)) {
      case AuditedStore.Lookup.Absent _ -> {
        if (rows.isLive(entry)) {
          suspect(entry, EnumSet.of(Difference.Kind.MISSING_ROW), null, "");
        }
      }
      case AuditedStore.Lookup.Unreadable(String detail) ->
          suspect(entry, EnumSet.of(Difference.Kind.UNREADABLE_ROW), null, detail);
      case AuditedStore.Lookup.Found(Row answer) -> compare(entry, key, answer, hash);
    }
  }

  private void compare(int entry, byte[] key, Row answer, ContentHash hash) {
    Long position = positions.get(answer.partition());
    if (position == null) {
      hidden.addAndGet(rows.isLive(entry) ? 1 : 0); // by a partition that is not audited
    } else if (answer.offset() >= position) {
      changedSince.incrementAndGet();
    } else if (answer.partition() != rows.partition(entry)) {
      compareAcrossPartitions(entry, key, answer);
    } else {
      Set<Difference.Kind> kinds = differences(entry, answer, hash);
      if (kinds.isEmpty()) {
        equalRows.incrementAndGet();
      } else {
        suspect(entry, kinds, answer, "");
      }
    }
  }

  /** The store shows the latest row of a key; whether that one is right, its own entry says. */
  private void compareAcrossPartitions(int entry, byte[] key, Row answer) {
    boolean known = rows.find(answer.partition(), key) != ExpectedRows.NONE;
    boolean later = AuditedStore.timestampMillis(answer) >= rows.timestampMillis(entry);
    if (!known || (rows.isLive(entry) && !later)) {
      suspect(entry, EnumSet.of(Difference.Kind.WRONG_PARTITION), answer, "");
    } else if (rows.isLive(entry)) {
      hidden.incrementAndGet();
    }
  }

  private Set<Difference.Kind> differences(int entry, Row answer, ContentHash hash) {
    Set<Difference.Kind> kinds = EnumSet.noneOf(Difference.Kind.class);
    if (!rows.isLive(entry)) {
      kinds.add(Difference.Kind.DELETED_ROW_PRESENT);
      return kinds;
    }
    if (answer.offset() != rows.offset(entry)) {
      kinds.add(Difference.Kind.WRONG_OFFSET);
    } else if (AuditedStore.timestampMillis(answer) != rows.timestampMillis(entry)) {
      kinds.add(Difference.Kind.WRONG_TIMESTAMP);
    }
    if (hash.of(AuditedStore.vector(answer)) != rows.vectorHash(entry)) {
      kinds.add(Difference.Kind.WRONG_VECTOR);
    }
    if (hash.of(AuditedStore.payload(answer)) != rows.payloadHash(entry)) {
      kinds.add(Difference.Kind.WRONG_PAYLOAD);
    }
    return kinds;
  }

  private void suspect(int entry, Set<Difference.Kind> kinds, @Nullable Row answer, String detail) {
    synchronized (suspects) {
      boolean keep = suspects.size() < MAX_ANSWERS;
      suspects.add(new Suspect(entry, kinds, keep ? answer : null, keep ? detail : ""));
    }
  }
}
