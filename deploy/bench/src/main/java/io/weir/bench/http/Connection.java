package io.weir.bench.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * One connection, on which there is one request at a time. Where an answer says that it is the last
 * of its connection, another is made for the next request.
 */
final class Connection implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final String VERSION = "http/1.1 ";
  private static final int STATUS_LENGTH = 3;
  private static final String LENGTH = "\r\ncontent-length: ";
  private static final String CLOSE = "\r\nconnection: close\r\n";
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InetSocketAddress address;
  private final Selector selector;
  private SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long asked;

  /** Of the answer that is being read, or was, in lower case. */
  private String head = "";

  /** Length of the answer that is being read, with its head; 0 while that is not known. */
  private int length;

  /** Where the body of the answer begins that is being read, or was. */
  private int bodyFrom;

  /** Length of the body of the last answer. */
  private int bodyLength;

  /** Whether the answer that is being read is the last of the channel. */
  private boolean last;

  /** Connects; its key in the selector has it as attachment. */
  Connection(InetSocketAddress address, Selector selector) throws IOException {
    this.address = address;
    this.selector = selector;
    this.channel = connect();
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private SocketChannel connect() throws IOException {
    SocketChannel connected = SocketChannel.open(address);
    connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
    connected.configureBlocking(false).register(selector, SelectionKey.OP_READ, this);
    return connected;
  }

  /** When the last request was made, as {@link System#nanoTime} has it. */
  long asked() {
    return asked;
  }

  /** The status of the last answer. */
  int status() {
    return Integer.parseInt(head.substring(VERSION.length(), VERSION.length() + STATUS_LENGTH));
  }

  /** Its first line and headers, in lower case. */
  String head() {
    return head;
  }

  /** Its body, as text, until the next request. */
  String body() {
    return new String(buffer.array(), bodyFrom, bodyLength, StandardCharsets.UTF_8);
  }

  /** Sends a request, whose bytes fit into what the system buffers. */
  void ask(byte[] request) throws IOException {
    ask(request, System.nanoTime());
  }

  /** Sends a request that was made at that time. */
  void ask(byte[] request, long made) throws IOException {
    if (last) {
      channel.close();
      channel = connect();
      last = false;
    }
    asked = made;
    ByteBuffer bytes = ByteBuffer.wrap(request);
    while (bytes.hasRemaining()) {
      // Never blocks for long: the last answer has been read, so nothing else is on its way.
      var _ = channel.write(bytes);
    }
  }

  /** Reads what is there; whether the answer is complete. */
  boolean read() throws IOException {
    int read = channel.read(buffer);
    if (read < 0) {
      throw new IOException("the connection was closed");
    }
    if (length == 0) {
      length = lengthOfAnswer();
    }
    if (length == 0 || buffer.position() < length) {
      return false;
    }
    bodyLength = length - bodyFrom;
    buffer.clear();
    length = 0;
    return true;
  }

  private int lengthOfAnswer() throws IOException {
    int end = endOfHead();
    if (end < 0) {
      return 0;
    }
    head = new String(buffer.array(), 0, end, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    int at = head.indexOf(LENGTH);
    if (!head.startsWith(VERSION) || at < 0) {
      throw new IOException("an answer begins with " + head);
    }
    last = head.contains(CLOSE);
    int from = at + LENGTH.length();
    bodyFrom = end;
    int answer = end + Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)));
    if (answer > BUFFER_BYTES) {
      throw new IOException("an answer of " + answer + " bytes; room is for " + BUFFER_BYTES);
    }
    return answer;
  }

  /** Where the head ends, the empty line included; -1 if that has not come. */
  private int endOfHead() {
    byte[] bytes = buffer.array();
    for (int at = 0; at + HEAD_END.length <= buffer.position(); at++) {
      if (Arrays.equals(bytes, at, at + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
        return at + HEAD_END.length;
      }
    }
    return -1;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
