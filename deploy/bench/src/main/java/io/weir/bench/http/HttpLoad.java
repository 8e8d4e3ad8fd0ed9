package io.weir.bench.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Connections that stay open, on each of which a request follows as soon as the last is answered:
 * one thread and a selector, so that little of the machine is the load's own.
 *
 * <p><b>Threads:</b> one.
 */
public final class HttpLoad implements AutoCloseable {
  private static final long STALL_MILLIS = TimeUnit.SECONDS.toMillis(30);

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
    double[] millis = new double[1 << 12];
    int count = 0;
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
        long now = System.nanoTime();
        if (count == millis.length) {
          millis = Arrays.copyOf(millis, 2 * count);
        }
        millis[count++] = (now - connection.asked()) / 1e6;
        if (now - started < nanos) {
          connection.ask(requests.apply(number++));
        } else {
          open--;
        }
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    double[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return new Answered(seconds, sorted);
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
    return (System.nanoTime() - connection.asked()) / 1e6;
  }

  @Override
  public void close() throws IOException {
    for (Connection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
