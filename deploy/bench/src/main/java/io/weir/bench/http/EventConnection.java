package io.weir.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One client that watches. Of events it knows where they end, and the key that they tell of. */
final class EventConnection implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 << 10;
  private static final String OK = "HTTP/1.1 200 ";
  private static final String EVENT_END = "\n\n";
  private static final String BEGIN = "event: begin";
  private static final String END = "event: end";
  private static final String KEY = "\"key\":\"";

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private boolean begun;

  private EventConnection(SocketChannel channel) {
    this.channel = channel;
  }

  /** Connects, asks and awaits the first event; its key in the selector has it as attachment. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  static EventConnection open(InetSocketAddress address, Selector selector, byte[] request)
      throws IOException {
    EventConnection connection = new EventConnection(SocketChannel.open(address));
    try {
      connection.ask(request);
      SocketChannel channel = connection.channel;
      channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, connection);
      return connection;
    } catch (Throwable e) {
      connection.close();
      throw e;
    }
  }

  private void ask(byte[] request) throws IOException {
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    ByteBuffer bytes = ByteBuffer.wrap(request);
    while (bytes.hasRemaining()) {
      var _ = channel.write(bytes);
    }
    while (!begun) {
      read(_ -> {});
    }
  }

  /** Reads what is there, and tells the key of each event that has one. */
  void read(Consumer<String> keys) throws IOException {
    if (channel.read(buffer) < 0) {
      throw new IOException("a stream of events was closed");
    }
    String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.ISO_8859_1);
    int from = 0;
    for (int end = text.indexOf(EVENT_END); end >= 0; end = text.indexOf(EVENT_END, from)) {
      event(text.substring(from, end), keys);
      from = end + EVENT_END.length();
    }
    buffer.flip().position(from);
    buffer.compact();
    if (!buffer.hasRemaining()) {
      throw new IOException("an event does not fit into " + BUFFER_BYTES + " bytes: " + text);
    }
  }

  private void event(String event, Consumer<String> keys) throws IOException {
    if (!begun) {
      if (!event.startsWith(OK) || !event.contains(BEGIN)) {
        throw new IOException("a watch was answered with " + event);
      }
      begun = true;
      return;
    }
    if (event.contains(END)) {
      throw new IOException("a watch has ended: " + event);
    }
    int key = event.indexOf(KEY);
    if (key >= 0) {
      int from = key + KEY.length();
      keys.accept(event.substring(from, event.indexOf('"', from)));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
