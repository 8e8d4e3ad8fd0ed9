package io.weir.api.watch;

import java.io.ByteArrayOutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Events on their way to one client: at most so many, and so many bytes, or one that is larger.
 *
 * <p><b>Demand:</b> events go out in blocks, one each time the client is ready for one. What it is
 * not ready for waits here; {@link #offer} refuses what there is no room for.
 *
 * <p><b>Cancellation:</b> nothing is kept any more, and {@link #isOver} says so.
 *
 * <p><b>Threads:</b> one at a time offers; the connection's event loop takes. Nobody waits for
 * another: whoever finds somebody at work leaves what is to do to that one.
 */
final class EventQueue {

  /** Enough that the way to the socket costs little. */
  private static final int BLOCK_BYTES = 64 << 10;

  private final int mostEvents;
  private final int mostBytes;
  private final Queue<byte[]> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** How often somebody wanted to send since the one who does it began. */
  private final AtomicInteger work = new AtomicInteger();

  private volatile @Nullable FluxSink<byte[]> client;
  private volatile long takenNanos = System.nanoTime();

  /** Nothing is offered any more. */
  private volatile boolean ended;

  /** Nobody takes anything any more. */
  private volatile boolean over;

  EventQueue(int mostEvents, int mostBytes) {
    this.mostEvents = mostEvents;
    this.mostBytes = mostBytes;
  }

  /** The events, in blocks; to be subscribed to once. */
  Flux<byte[]> blocks() {
    return Flux.create(
        sink -> {
          client = sink;
          sink.onDispose(this::leave);
          sink.onRequest(_ -> send());
        },
        FluxSink.OverflowStrategy.ERROR);
  }

  /** Takes an event in; false if there is no room. What is offered to nobody is gone. */
  boolean offer(byte[] event) {
    if (ended || over) {
      return true;
    }
    int waiting = count.get();
    if (waiting > 0 && (waiting >= mostEvents || bytes.get() + event.length > mostBytes)) {
      return false;
    }
    add(event);
    send();
    return true;
  }

  private void add(byte[] event) {
    count.incrementAndGet();
    bytes.addAndGet(event.length);
    events.add(event);
  }

  /** Puts a last event behind what waits, for which there always is room; false if there is one. */
  boolean end(byte[] event) {
    if (ended) {
      return false;
    }
    add(event);
    ended = true;
    send();
    return true;
  }

  /** Gives up what waits, and has the connection cut. */
  void cut() {
    FluxSink<byte[]> to = client;
    leave();
    if (to != null) {
      to.error(new TimeoutException("the client did not take its last event"));
    }
  }

  /** Says that nobody takes anything any more. */
  void leave() {
    over = true;
    events.clear();
  }

  /** Whether nobody takes anything any more: all has been taken, or the client has gone. */
  boolean isOver() {
    return over;
  }

  /** Whether there is nothing in it. */
  boolean isEmpty() {
    return count.get() == 0;
  }

  /** Whether there is so much room that it is worth to read for this client. */
  boolean isDrained() {
    return count.get() <= mostEvents / 2 && bytes.get() <= mostBytes / 2;
  }

  /** Bytes of the events in it. */
  long bytes() {
    return over ? 0 : bytes.get();
  }

  /** How long something has been waiting while the client took nothing. */
  long stalledNanos() {
    return isEmpty() ? 0 : System.nanoTime() - takenNanos;
  }

  /** Sends as long as there is something and the client is ready. */
  private void send() {
    if (work.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    while (seen != 0) {
      FluxSink<byte[]> to = client;
      if (to != null && !over) {
        sendTo(to);
      }
      seen = work.addAndGet(-seen);
    }
  }

  private void sendTo(FluxSink<byte[]> to) {
    while (to.requestedFromDownstream() > 0 && !events.isEmpty()) {
      byte[] block = take();
      takenNanos = System.nanoTime();
      to.next(block);
    }
    // Whoever is ready for more has got everything before it.
    if (ended && events.isEmpty() && to.requestedFromDownstream() > 0) {
      to.complete();
    }
  }

  private byte[] take() {
    byte[] first = poll();
    if (first == null || events.isEmpty()) {
      return first == null ? new byte[0] : first;
    }
    ByteArrayOutputStream block = new ByteArrayOutputStream(2 * first.length);
    block.writeBytes(first);
    while (block.size() < BLOCK_BYTES) {
      byte[] next = poll();
      if (next == null) {
        break;
      }
      block.writeBytes(next);
    }
    return block.toByteArray();
  }

  private byte @Nullable [] poll() {
    byte[] event = events.poll();
    if (event != null) {
      count.decrementAndGet();
      bytes.addAndGet(-event.length);
    }
    return event;
  }
}
