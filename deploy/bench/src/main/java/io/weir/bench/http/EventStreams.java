package io.weir.bench.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Clients that watch, each on a connection of its own: one thread and a selector, so that little of
 * the machine is theirs.
 *
 * <p><b>Threads:</b> one.
 */
public final class EventStreams implements AutoCloseable {
  private static final long PAUSE_MILLIS = 10;

  private final Selector selector;
  private final List<EventConnection> connections = new ArrayList<>();

  private EventStreams(Selector selector) {
    this.selector = selector;
  }

  /** Knows when the record was sent that an event tells of. */
  public interface Sent {
    /** When the latest record of a key was sent, as {@link System#nanoTime} has it. */
    long nanos(String key);
  }

  /** Begins to watch at a port of the loopback interface, one client after the other. */
  @SuppressWarnings("MustBeClosedChecker") // the channels move into the returned object
  public static EventStreams open(int port, List<byte[]> requests) throws IOException {
    EventStreams streams = new EventStreams(Selector.open());
    try {
      InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      for (byte[] request : requests) {
        streams.connections.add(EventConnection.open(address, streams.selector, request));
      }
      return streams;
    } catch (Throwable e) {
      streams.close();
      throw e;
    }
  }

  private static EventConnection connection(SelectionKey key) {
    return (EventConnection) Objects.requireNonNull(key.attachment());
  }

  /**
   * Reads events for as long as a condition holds.
   *
   * @return how long each took from when its record was sent
   * @throws IOException if a stream ends
   */
  public Answered run(BooleanSupplier goesOn, Sent sent) throws IOException {
    Answered.Times times = new Answered.Times();
    long started = System.nanoTime();
    while (goesOn.getAsBoolean()) {
      selector.select(PAUSE_MILLIS);
      for (SelectionKey key : selector.selectedKeys()) {
        connection(key).read(record -> times.add((System.nanoTime() - sent.nanos(record)) / 1e6));
      }
      selector.selectedKeys().clear();
    }
    return times.in((System.nanoTime() - started) / 1e9);
  }

  @Override
  public void close() throws IOException {
    for (EventConnection connection : connections) {
      connection.close();
    }
    selector.close();
  }
}
