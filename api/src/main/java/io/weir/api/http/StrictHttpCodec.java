package io.weir.api.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * Netty's HTTP/1.1, and stricter in one thing: where a body ends must be said in one way. A request
 * with both a length and an encoding that brings its own is refused, and so is one with an encoding
 * that is not known. Netty takes the word of one of them; a proxy in front that takes the other's
 * would see other requests than are answered here, and somebody could put one into another's
 * connection.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class StrictHttpCodec
    extends CombinedChannelDuplexHandler<HttpRequestDecoder, HttpResponseEncoder> {

  private static final String CHUNKED = "chunked";

  /** Of requests that are not answered yet: an answer to HEAD has a length, but no body. */
  private final Queue<HttpMethod> unanswered = new ArrayDeque<>();

  StrictHttpCodec(int maxRequestLineBytes, int maxHeaderBytes) {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(maxRequestLineBytes)
            .setMaxHeaderSize(maxHeaderBytes);
    init(new Decoder(config), new Encoder());
  }

  private final class Decoder extends HttpRequestDecoder {
    Decoder(HttpDecoderConfig config) {
      super(config);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
        throws Exception {
      int before = out.size();
      super.decode(ctx, bytes, out);
      for (Object message : out.subList(before, out.size())) {
        if (message instanceof HttpRequest request) {
          unanswered.add(request.method());
        }
      }
    }

    /** Asked once the headers are known; what is thrown is answered with 400. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
      List<String> codings = message.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
      if (!codings.isEmpty()) {
        if (codings.size() > 1 || !codings.getFirst().equalsIgnoreCase(CHUNKED)) {
          throw new IllegalArgumentException("the Transfer-Encoding is not chunked alone");
        }
        if (message.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
          throw new IllegalArgumentException("there are Content-Length and Transfer-Encoding");
        }
      }
      return super.isContentAlwaysEmpty(message);
    }
  }

  private final class Encoder extends HttpResponseEncoder {

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse response) {
      if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
        return super.isContentAlwaysEmpty(response);
      }
      return HttpMethod.HEAD.equals(unanswered.poll()) || super.isContentAlwaysEmpty(response);
    }
  }
}
