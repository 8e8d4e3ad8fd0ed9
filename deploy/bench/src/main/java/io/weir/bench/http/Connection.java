package io.weir.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** One connection, on which there is one request at a time. */
final class Connection implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;
  private static final String OK = "http/1.1 200 ";
  private static final String LENGTH = "\r\ncontent-length: ";
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private long asked;

  /** Length of the answer that is being read, with its head; 0 while that is not known. */
  private int length;

  Connection(SocketChannel channel) {
    this.channel = channel;
  }

  /** When the last request was sent, as {@link System#nanoTime} has it. */
  long asked() {
    return asked;
  }

  /** Sends a request, whose bytes fit into what the system buffers. */
  void ask(byte[] request) throws IOException {
    asked = System.nanoTime();
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
    buffer.clear();
    length = 0;
    return true;
  }

  private int lengthOfAnswer() throws IOException {
    int end = endOfHead();
    if (end < 0) {
      return 0;
    }
    String head =
        new String(buffer.array(), 0, end, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
    int at = head.indexOf(LENGTH);
    if (!head.startsWith(OK) || at < 0) {
      throw new IOException("an answer begins with " + head);
    }
    int from = at + LENGTH.length();
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
