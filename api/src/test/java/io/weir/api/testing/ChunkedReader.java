package io.weir.api.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The body of one chunked answer, read from a socket of small buffers no faster than whoever reads
 * this stream.
 */
public final class ChunkedReader extends InputStream {

  private static final int SOCKET_BUFFER_BYTES = 32 << 10;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final String head;
  private int left;
  private boolean ended;

  /** Gets a path and reads the head of the answer. */
  public ChunkedReader(int port, String path, String accept) throws IOException {
    this(port, "GET " + path + " HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n");
  }

  /** Sends a request and reads the head of the answer. */
  public ChunkedReader(int port, String request) throws IOException {
    socket.setReceiveBufferSize(SOCKET_BUFFER_BYTES);
    socket.setSoTimeout((int) ApiFixture.PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    in = new BufferedInputStream(socket.getInputStream(), 4 << 10);
    StringBuilder text = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      text.append(line).append('\n');
    }
    head = text.toString();
  }

  /** Status line and headers. */
  public String head() {
    return head;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("the answer ended in " + line);
      }
      if (b == '\n') {
        return line.toString().strip();
      }
      line.append((char) b);
    }
  }

  private boolean hasMore() throws IOException {
    while (left == 0 && !ended) {
      left = Integer.parseInt(line(), 16);
      if (left == 0) {
        ended = true;
        line();
      }
    }
    return !ended;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!hasMore()) {
      return -1;
    }
    int count = in.read(bytes, offset, Math.min(length, left));
    if (count < 0) {
      throw new EOFException("the answer ended within a chunk");
    }
    left -= count;
    if (left == 0) {
      line();
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
