package io.weir.storage.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.segment.ColdView;
import io.weir.storage.testing.Records;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who shares a pass, and who holds what. One thread scores, over some units of rows: that of the
 * search that begins a pass, and that of the pool for those that wait; it stops where a gate says
 * so.
 */
@Timeout(120)
class SharedSearchTest {
  private static final KeyHash HASH = new KeyHash(1, 2);
  private static final VectorSchema SCHEMA = new VectorSchema(1, Metric.DOT);
  private static final int ROWS = 20_000;
  private static final StackWalker STACKS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final HotBuffer buffer =
      new HotBuffer(
          SCHEMA, DeclaredFields.NONE, HASH, new MemoryBudget(64 << 20), Optional.empty());
  private final ScoringPool pool = new ScoringPool(1);
  private final ConcurrentLinkedQueue<Taken> taken = new ConcurrentLinkedQueue<>();
  private final SharedSearch searches =
      new SharedSearch(SCHEMA, () -> DeclaredFields.NONE, this::take, pool);
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final AtomicBoolean refuse = new AtomicBoolean();

  @BeforeEach
  void fill() {
    for (int row = 0; row < ROWS; row++) {
      append(row);
    }
  }

  private void append(int row) {
    buffer.append(Records.upsert(row, "key-" + row, new float[] {row % ROWS}, ""), 0);
  }

  @AfterEach
  void nothingIsHeld() throws Exception {
    callers.shutdown();
    assertTrue(callers.awaitTermination(60, TimeUnit.SECONDS));
    for (Taken one : taken) {
      assertTrue(one.closed.await(60, TimeUnit.SECONDS));
    }
    pool.close();
    buffer.release();
  }

  /** A snapshot; each has one row more than the one before, and so a position of its own. */
  private final class Taken implements CollectionSnapshot {
    private final ShardView view =
        new ShardView(0, List.of(buffer.snapshot()), ColdView.EMPTY, HASH);
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public List<ShardView> views(Map<Integer, Long> asOf) throws PositionUnavailableException {
      if (!asOf.isEmpty()) {
        throw new PositionUnavailableException(0, 0, 1, 1);
      }
      return List.of(view);
    }

    @Override
    public void close() {
      assertEquals(1, closed.getCount(), "closed twice");
      closed.countDown();
    }
  }

  private CollectionSnapshot take() {
    if (refuse.get()) {
      throw new IllegalStateException("closed");
    }
    append(ROWS + taken.size());
    Taken one = new Taken();
    taken.add(one);
    return one;
  }

  /** Which snapshot an answer is from: 1 is the first. */
  private static int number(SearchResult result) {
    long next = Objects.requireNonNull(result.position().get(0)).nextOffset();
    assertEquals(next, result.scannedRows());
    assertEquals("key-" + (ROWS - 1), result.hits().getFirst().row().key());
    return (int) next - ROWS;
  }

  private static boolean isScoring() {
    return STACKS.walk(
        frames -> frames.anyMatch(frame -> frame.getDeclaringClass() == UnitScan.class));
  }

  /** Stops who scores, when it asks for the first time. */
  private static final class Gate implements BooleanSupplier {
    private final CountDownLatch waited = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile boolean cancelled;

    @Override
    public boolean getAsBoolean() {
      if (isScoring()) {
        reached.countDown();
        await(open);
      } else {
        waited.countDown();
      }
      return cancelled;
    }

    /** Returns when the caller waits. */
    void awaitCaller() {
      await(waited);
    }

    void awaitScan() {
      await(reached);
    }

    private static void await(CountDownLatch latch) {
      try {
        assertTrue(latch.await(60, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private static KnnQuery query(BooleanSupplier signal) {
    return KnnQuery.nearest(new float[] {1}, 3).cancelledBy(signal);
  }

  private Future<List<SearchResult>> ask(List<KnnQuery> queries) {
    return callers.submit(() -> searches.search(queries));
  }

  private Future<List<SearchResult>> ask(BooleanSupplier signal) {
    return ask(List.of(query(signal)));
  }

  /** Asks, and returns when the caller waits: it then looks at the signal. */
  private Future<List<SearchResult>> askAndWait(int count) {
    CountDownLatch asked = new CountDownLatch(1);
    List<KnnQuery> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      queries.add(
          query(() -> {
            asked.countDown();
            return false;
          }));
    }
    Future<List<SearchResult>> waiting = ask(queries);
    Gate.await(asked);
    return waiting;
  }

  private static List<SearchResult> get(Future<List<SearchResult>> future) throws Exception {
    return future.get(60, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<List<SearchResult>> future) {
    return Objects.requireNonNull(
        assertThrows(ExecutionException.class, () -> get(future)).getCause());
  }

  @Test
  void thoseThatComeWhileAPassRunsShareTheNextOnesAndTheMostIs32() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    List<Future<List<SearchResult>>> waiting = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      waiting.add(askAndWait(1));
    }
    assertEquals(1, taken.size());
    gate.open.countDown();
    assertEquals(1, number(get(first).getFirst()));
    for (int i = 0; i < 40; i++) {
      assertEquals(i < 32 ? 2 : 3, number(get(waiting.get(i)).getFirst()));
    }
  }

  @Test
  void aCallerWithManyQueriesDoesNotHoldUpTheOthers() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    Future<List<SearchResult>> many = askAndWait(100);
    Future<List<SearchResult>> one = askAndWait(1);
    gate.open.countDown();
    assertEquals(1, number(get(first).getFirst()));
    assertEquals(2, number(get(one).getFirst()));
    List<SearchResult> answers = get(many);
    assertEquals(100, answers.size());
    for (int i = 0; i < 100; i++) {
      assertEquals(2 + (i + 1) / 32, number(answers.get(i)));
    }
  }

  @Test
  void aSearchThatIsCancelledEndsAtOnceAndTheOthersOfItsGroupGoOn() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    AtomicBoolean cancel = new AtomicBoolean();
    CountDownLatch asked = new CountDownLatch(1);
    Future<List<SearchResult>> cancelled =
        ask(() -> {
          asked.countDown();
          return cancel.get();
        });
    Gate.await(asked);
    Future<List<SearchResult>> other = askAndWait(1);
    Gate inTheMiddle = new Gate();
    Future<List<SearchResult>> holding = ask(inTheMiddle);
    // All three are one group only if all of them wait when it is made.
    inTheMiddle.awaitCaller();
    gate.open.countDown();
    inTheMiddle.awaitScan();
    cancel.set(true);
    // The thread that scores stands still: only who waits can have seen it.
    assertInstanceOf(CancellationException.class, failure(cancelled));
    Taken shared = taken.stream().skip(1).findFirst().orElseThrow();
    assertEquals(1, shared.closed.getCount());
    inTheMiddle.open.countDown();
    assertEquals(1, number(get(first).getFirst()));
    assertEquals(2, number(get(other).getFirst()));
    assertEquals(2, number(get(holding).getFirst()));
    assertEquals(0, shared.closed.getCount());
  }

  @Test
  void whenAllOfAGroupAreCancelledTheSnapshotIsGivenBackAndTheRestIsPassedOver() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    Gate inTheMiddle = new Gate();
    Future<List<SearchResult>> alone = ask(inTheMiddle);
    inTheMiddle.awaitCaller();
    gate.open.countDown();
    inTheMiddle.awaitScan();
    Future<List<SearchResult>> next = askAndWait(1);
    inTheMiddle.cancelled = true;
    assertInstanceOf(CancellationException.class, failure(alone));
    inTheMiddle.open.countDown();
    Gate.await(taken.stream().skip(1).findFirst().orElseThrow().closed);
    assertEquals(1, number(get(first).getFirst()));
    assertEquals(3, number(get(next).getFirst()));
  }

  @Test
  void aSearchThatWaitsCanBeCancelledToo() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    AtomicBoolean cancel = new AtomicBoolean();
    Future<List<SearchResult>> waiting = ask(cancel::get);
    cancel.set(true);
    assertInstanceOf(CancellationException.class, failure(waiting));
    gate.open.countDown();
    assertEquals(1, number(get(first).getFirst()));
    assertEquals(1, taken.size());
  }

  @Test
  void signalsAreAskedBeforeEachUnit() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<SearchResult> results =
        get(
            ask(() -> {
              if (isScoring()) {
                asked.incrementAndGet();
              }
              return false;
            }));
    assertTrue(asked.get() >= results.getFirst().scannedRows() / 4096, asked::toString);
  }

  @Test
  void whoBeginsAPassScores() throws Exception {
    Thread caller = Thread.currentThread();
    AtomicInteger asked = new AtomicInteger();
    KnnQuery query =
        query(() -> {
          assertEquals(caller, Thread.currentThread());
          asked.incrementAndGet();
          return false;
        });
    assertEquals(1, number(searches.search(List.of(query)).getFirst()));
    assertTrue(asked.get() >= ROWS / 4096, asked::toString);
  }

  @Test
  void whoBeginsAPassPassesOverTheRestOnceItIsCancelled() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    KnnQuery query =
        query(() -> {
          asked.incrementAndGet();
          return true;
        });
    assertThrows(CancellationException.class, () -> searches.search(List.of(query)));
    assertEquals(1, asked.get());
    assertEquals(0, taken.element().closed.getCount());
  }

  @Test
  void threadsOfThePoolHelpWhoBeginsALargePass() throws Exception {
    try (ScoringPool helpers = new ScoringPool(2)) {
      SharedSearch helped =
          new SharedSearch(SCHEMA, () -> DeclaredFields.NONE, this::take, helpers);
      Thread caller = Thread.currentThread();
      CountDownLatch helping = new CountDownLatch(1);
      KnnQuery query =
          query(() -> {
            if (Thread.currentThread() == caller) {
              Gate.await(helping);
            } else {
              helping.countDown();
            }
            return false;
          });
      assertEquals(1, number(helped.search(List.of(query)).getFirst()));
    }
  }

  @Test
  void aViewThatIsNotToBeHadEndsOneSearchOfTheGroup() throws Exception {
    Gate gate = new Gate();
    Future<List<SearchResult>> first = ask(gate);
    gate.awaitScan();
    Future<List<SearchResult>> past = ask(List.of(query(() -> false).asOf(Map.of(0, 0L))));
    Future<List<SearchResult>> now = askAndWait(1);
    gate.open.countDown();
    assertInstanceOf(PositionUnavailableException.class, failure(past));
    number(get(first).getFirst());
    number(get(now).getFirst());
  }

  @Test
  void aSignalThatThrowsEndsItsSearch() throws Exception {
    RuntimeException mistake = new IllegalArgumentException("mistake");
    Future<List<SearchResult>> failed =
        ask(() -> {
          throw mistake;
        });
    assertEquals(mistake, failure(failed));
    assertEquals(2, number(get(ask(() -> false)).getFirst()));
  }

  @Test
  void whatEndsOneQueryOfACallEndsTheCall() throws Exception {
    Future<List<SearchResult>> call =
        ask(List.of(query(() -> false), query(() -> true), query(() -> false)));
    assertInstanceOf(CancellationException.class, failure(call));
    assertEquals(List.of(), searches.search(List.of()));
  }

  @Test
  void withoutASnapshotSearchesFailAndLaterOnesAreAnswered() throws Exception {
    refuse.set(true);
    assertInstanceOf(IllegalStateException.class, failure(ask(() -> false)));
    refuse.set(false);
    assertEquals(1, number(get(ask(() -> false)).getFirst()));
  }

  @Test
  void anInterruptIsKeptForLater() throws Exception {
    Future<Boolean> interrupted =
        callers.submit(() -> {
          Thread.currentThread().interrupt();
          number(searches.search(List.of(query(() -> false))).getFirst());
          return Thread.interrupted();
        });
    assertTrue(interrupted.get(60, TimeUnit.SECONDS));
  }

  @Test
  void withoutThreadsTheCallerScores() throws Exception {
    pool.close();
    try (ScoringPool none = new ScoringPool(0)) {
      for (ScoringPool threadless : List.of(pool, none)) {
        SharedSearch here =
            new SharedSearch(SCHEMA, () -> DeclaredFields.NONE, this::take, threadless);
        Thread caller = Thread.currentThread();
        List<KnnQuery> queries = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          queries.add(
              query(() -> {
                assertEquals(caller, Thread.currentThread());
                return false;
              }));
        }
        List<SearchResult> results = here.search(queries);
        assertEquals(100, results.size());
        results.forEach(SharedSearchTest::number);
      }
    }
    assertFalse(taken.isEmpty());
  }
}
