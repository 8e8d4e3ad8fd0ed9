package io.weir.api.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Compresses answers for clients that want it, on the thread that made them: a pool's, not the
 * connection's.
 *
 * <p>Float32 is left as it is: its bytes hardly repeat. So are events, which would have to be made
 * anew for each client.
 */
final class Gzip {

  /** Smaller ones gain nothing. */
  static final int MIN_BYTES = 1 << 10;

  private static final Set<String> PLAIN = Set.of(MediaTypes.FLOAT32, MediaTypes.EVENT_STREAM);

  private Gzip() {}

  /** Whether a client says that it takes gzip. */
  static boolean isAccepted(@Nullable String acceptEncoding) {
    return acceptEncoding != null && Preferences.of(acceptEncoding).quality("gzip", "*") > 0;
  }

  /** Returns the answer compressed, where that is worth it. */
  static Answer encode(Answer answer) {
    if (PLAIN.contains(answer.contentType())) {
      return answer;
    }
    return switch (answer) {
      case WholeAnswer whole when whole.body().length < MIN_BYTES -> whole;
      case WholeAnswer whole ->
          new WholeAnswer(
              whole.status(), whole.contentType(), encode(whole.body()), headers(whole));
      case StreamedAnswer stream -> stream.through(headers(stream), Gzip::encode);
    };
  }

  private static Map<String, String> headers(Answer answer) {
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.put("Content-Encoding", "gzip");
    headers.put("Vary", "Accept-Encoding");
    return headers;
  }

  private static byte[] encode(byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(body.length / 2);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Each block becomes one that can be read without the next. */
  private static Flux<byte[]> encode(Flux<byte[]> blocks) {
    return Flux.defer(() -> {
      Stream stream = new Stream();
      return blocks.map(stream::block).concatWith(Mono.fromSupplier(stream::end));
    });
  }

  private static final class Stream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final GZIPOutputStream gzip;

    Stream() {
      try {
        gzip = new GZIPOutputStream(bytes, 512, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    byte[] block(byte[] block) {
      try {
        gzip.write(block);
        gzip.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return take();
    }

    byte[] end() {
      try {
        gzip.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return take();
    }

    private byte[] take() {
      byte[] taken = bytes.toByteArray();
      bytes.reset();
      return taken;
    }
  }
}
