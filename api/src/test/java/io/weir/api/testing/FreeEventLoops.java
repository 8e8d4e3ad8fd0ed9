package io.weir.api.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails a test class when something that waits was called on an event loop: a file, a socket that
 * blocks, a lock that somebody holds, a sleep. Every class of this module has it.
 */
public final class FreeEventLoops implements BeforeAllCallback, AfterAllCallback {

  private static final List<String> EVENT_LOOPS = List.of("weir-http-", "weir-client-");
  private static final String DELAYED =
      "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue";
  private static final Queue<String> CALLS = new ConcurrentLinkedQueue<>();

  static {
    BlockHound.builder()
        .loadIntegrations()
        .nonBlockingThreadPredicate(
            _ -> thread -> EVENT_LOOPS.stream().anyMatch(thread.getName()::startsWith))
        // The log of tests goes to the console at once; deploy's lines have a thread of their own.
        .allowBlockingCallsInside("ch.qos.logback.classic.Logger", "callAppenders")
        // To hand something over takes a queue's lock, which nobody holds for longer than that.
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "execute")
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "remove")
        .allowBlockingCallsInside(DELAYED, "offer")
        .allowBlockingCallsInside(DELAYED, "remove")
        .allowBlockingCallsInside("io.netty.util.concurrent.GlobalEventExecutor", "addTask")
        // Netty's pools of buffers grow now and then, under a lock.
        .allowBlockingCallsInside(
            "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "allocate")
        .blockingMethodCallback(method -> CALLS.add(method + " at\n" + stack()))
        .install();
  }

  private static String stack() {
    return Arrays.stream(new Throwable().getStackTrace())
        .map(StackTraceElement::toString)
        .filter(frame -> !frame.contains("blockhound"))
        .limit(30)
        .collect(Collectors.joining("\n  ", "  ", "\n"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    // Loaded is installed.
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> calls = List.copyOf(CALLS);
    CALLS.clear();
    assertEquals(List.of(), calls, "event loops waited");
  }

  /** What waited on event loops so far. */
  static List<String> calls() {
    return List.copyOf(CALLS);
  }
}
