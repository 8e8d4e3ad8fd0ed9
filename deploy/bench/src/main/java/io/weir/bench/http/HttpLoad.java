package io.weir.bench.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Connections that stay open, with one request at a time on each: the next one as soon as the last
 * is answered, or when it is due. One thread and a selector, so that little of the machine is the
 * load's own.
 *
 * <p><b>Threads:</b> one.
 */
public final class HttpLoad implements AutoCloseable {
  private static final long STALL_MILLIS = TimeUnit.SECONDS.toMillis(30);
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final String RETRY_AFTER = "\r\nretry-after: ";

  private final Selector selector;
  private final List<Connection> connections = new ArrayList<>();

  private HttpLoad(Selector selector) {
    this.selector = selector;
  }

  /** Connects to a port of the loopback interface. */
  @SuppressWarnings("MustBeClosedChecker") // the channels move into the returned object
  public static HttpLoad open(int port, int connections) throws IOException {
    HttpLoad load = new HttpLoad(Selector.open());
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      for (int i = 0; i < connections; i++) {
        load.connections.add(new Connection(address, load.selector));
      }
      return load;
    } catch (Throwable e) {
      load.close();
      throw e;
    }
  }

  /**
   * Asks for so long, then waits for what was asked.
   *
   * @param requests the request of a number; numbers count up from {@code first}
   * @throws IOException if an answer is not 200, or none comes for half a minute
   */
  public Answered run(IntFunction<byte[]> requests, int first, long nanos) throws IOException {
    Answered.Times times = new Answered.Times();
    int number = first;
    long started = System.nanoTime();
    for (Connection connection : connections) {
      connection.ask(requests.apply(number++));
    }
    int open = connections.size();
    while (open > 0) {
      await();
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) Objects.requireNonNull(key.attachment());
        if (!connection.read()) {
          continue;
        }
        requireOk(connection);
        long now = System.nanoTime();
        times.add((now - connection.asked()) / 1e6);
        if (now - started < nanos) {
          connection.ask(requests.apply(number++));
        } else {
          open--;
        }
      }
      selector.selectedKeys().clear();
    }
    return times.in((System.nanoTime() - started) / 1e9);
  }

  /**
   * Asks at a fixed rate for so long, whatever becomes of it, then waits for what was asked. An
   * answer's time begins when its request was due: where no connection is free it waits, and that
   * counts.
   *
   * @param requests the request of a number; numbers count up from 0
   * @throws IOException if an answer is neither 200 nor a refusal that says when to ask again, or
   *     none comes for half a minute
   */
  public Offered offer(IntFunction<byte[]> requests, double perSecond, long nanos)
      throws IOException {
    Answered.Times accepted = new Answered.Times();
    int rejected = 0;
    Deque<Connection> idle = new ArrayDeque<>(connections);
    double gapNanos = 1e9 / perSecond;
    int all = (int) Math.max(1, nanos / gapNanos);
    int asked = 0;
    int answered = 0;
    long started = System.nanoTime();
    long lastAsked = started;
    while (answered < all) {
      while (asked < all && !idle.isEmpty() && started + gapNanos * asked <= System.nanoTime()) {
        idle.remove().ask(requests.apply(asked), started + (long) (gapNanos * asked));
        asked++;
        lastAsked = System.nanoTime();
      }
      if (asked < all && !idle.isEmpty()) {
        selector.select(millisUntil(started + (long) (gapNanos * asked)));
      } else {
        await();
      }
      for (SelectionKey key : selector.selectedKeys()) {
        Connection connection = (Connection) Objects.requireNonNull(key.attachment());
        if (!connection.read()) {
          continue;
        }
        if (isRefusal(connection)) {
          rejected++;
        } else {
          requireOk(connection);
          accepted.add((System.nanoTime() - connection.asked()) / 1e6);
        }
        answered++;
        idle.add(connection);
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    return new Offered(all / ((lastAsked - started) / 1e9), accepted.in(seconds), rejected);
  }

  /** At least one: a selector does not wait for less, and 0 is for ever. */
  private static long millisUntil(long nanoTime) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime()));
  }

  private static boolean isRefusal(Connection connection) {
    int status = connection.status();
    return (status == TOO_MANY_REQUESTS || status == UNAVAILABLE)
        && connection.head().contains(RETRY_AFTER);
  }

  private static void requireOk(Connection connection) throws IOException {
    if (connection.status() != OK) {
      throw new IOException("an answer begins with " + connection.head());
    }
  }

  /** Waits until a connection has something to read. */
  private void await() throws IOException {
    if (selector.select(STALL_MILLIS) == 0) {
      throw new IOException("no answer for " + STALL_MILLIS + " ms");
    }
  }

  /** Asks once, on the first connection; returns milliseconds. */
  public double ask(byte[] request) throws IOException {
    Connection connection = connections.getFirst();
    connection.ask(request);
    do {
      await();
      selector.selectedKeys().clear();
    } while (!connection.read());
    requireOk(connection);
    return (System.nanoTime() - connection.asked()) / 1e6;
  }

  /** The body of the last answer to {@link #ask}. */
  public String body() {
    return connections.getFirst().body();
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
