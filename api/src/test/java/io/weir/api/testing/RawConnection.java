package io.weir.api.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A socket that sends what no HTTP client would. */
public final class RawConnection implements AutoCloseable {

  private final Socket socket;
  private final InputStream in;

  /** Connects. */
  public RawConnection(int port) throws IOException {
    this("127.0.0.1", port);
  }

  /**
   * Connects from an address of its own.
   *
   * @param from one of loopback: any that begins with 127
   */
  public RawConnection(String from, int port) throws IOException {
    socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(from), 0);
    socket.setSoTimeout((int) ApiFixture.PATIENCE.toMillis());
    in = socket.getInputStream();
  }

  /** Sends text, as it is. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends bytes. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** One answer. */
  public record Reply(int status, String headers, String body) {}

  /** Reads one answer that has a content length. */
  public Reply read() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("connection ended after: " + head);
      }
      head.append((char) b);
    }
    String headers = head.toString().toLowerCase(Locale.ROOT);
    int at = headers.indexOf("content-length: ");
    if (at < 0) {
      throw new IOException("no content length in " + headers);
    }
    int length = Integer.parseInt(headers.substring(at + 16, headers.indexOf('\r', at)).strip());
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Reply(Integer.parseInt(headers.substring(9, 12)), headers, body);
  }

  /** Reads this many bytes as text. */
  public String readText(int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
  }

  /** Reads until the other side ends the connection; returns what came. */
  public byte[] readToEnd() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    in.transferTo(bytes);
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
