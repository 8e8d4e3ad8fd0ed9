package io.weir.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reads a request's body into memory: no more bytes than the limit, no longer than the timeout.
 *
 * <p>What it takes up is counted while it is there; it may be too much together with others'.
 *
 * <p>A length that was announced is checked before a byte is read, and before {@code 100 Continue}
 * is sent; a chunked body is counted.
 */
final class RequestBody {

  private final HttpServerRequest request;
  private final int maxBytes;
  private final Duration timeout;
  private final HeldBytes.Share held;
  private volatile boolean read;

  RequestBody(HttpServerRequest request, int maxBytes, Duration timeout, HeldBytes.Share held) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.timeout = timeout;
    this.held = held;
  }

  /** The whole body. */
  Mono<byte[]> bytes() {
    return Mono.defer(() -> {
      if (announcedBytes() > maxBytes) {
        return Mono.error(tooLarge());
      }
      return request
          .receive()
          .collect(ByteArrayOutputStream::new, this::append)
          .map(ByteArrayOutputStream::toByteArray)
          .doOnSuccess(_ -> read = true)
          .timeout(timeout, Mono.error(this::tooSlow));
    });
  }

  /** Whether bytes of the body may still be on their way: the connection cannot be used again. */
  boolean unread() {
    return !read
        && (announcedBytes() > 0
            || request.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING));
  }

  /** The decoder in front has refused lengths that are not numbers. */
  private long announcedBytes() {
    HttpHeaders headers = request.requestHeaders();
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length);
  }

  private void append(ByteArrayOutputStream bytes, ByteBuf piece) {
    int length = piece.readableBytes();
    if (length > maxBytes - bytes.size()) {
      throw tooLarge();
    }
    held.growTo(bytes.size() + length);
    byte[] copy = new byte[length];
    piece.readBytes(copy);
    bytes.writeBytes(copy);
  }

  /** It is not needed any more. */
  void release() {
    held.release();
  }

  private ProblemException tooLarge() {
    return Problem.of(
            ProblemType.BODY_TOO_LARGE,
            "the body is larger than the limit of " + maxBytes + " bytes")
        .toException();
  }

  private ProblemException tooSlow() {
    return Problem.of(
            ProblemType.SLOW_BODY,
            "the body did not arrive whole within " + timeout.toMillis() + " ms")
        .toException();
  }
}
