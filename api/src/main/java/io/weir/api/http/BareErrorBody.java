package io.weir.api.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * Gives the errors that the HTTP codec answers by itself, with an empty body, a problem document.
 *
 * <p>Such are a request line or header that cannot be parsed or is too long: they never reach the
 * {@link Dispatcher}.
 */
final class BareErrorBody extends ChannelOutboundHandlerAdapter {

  private final Dispatcher dispatcher;

  /** Tells of those that the dispatcher does not see. */
  BareErrorBody(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the promise carries the outcome
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof FullHttpResponse response && isBareError(response)) {
      FullHttpResponse told = withProblem(response);
      int status = told.status().code();
      if (status < 500) {
        dispatcher.unreadable(ctx.channel(), status, told.content().readableBytes());
      }
      ctx.write(told, promise);
    } else {
      ctx.write(message, promise);
    }
  }

  private static boolean isBareError(FullHttpResponse response) {
    return response.status().code() >= 400
        && !response.content().isReadable()
        && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE);
  }

  private static FullHttpResponse withProblem(FullHttpResponse bare) {
    WholeAnswer answer = problem(bare.status().code()).answer("");
    HttpHeaders headers = bare.headers().copy();
    headers.set(HttpHeaderNames.CONTENT_TYPE, answer.contentType());
    headers.set(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    bare.release();
    return new DefaultFullHttpResponse(
        bare.protocolVersion(),
        bare.status(),
        Unpooled.wrappedBuffer(answer.body()),
        headers,
        bare.trailingHeaders());
  }

  private static Problem problem(int status) {
    return switch (status) {
      case 414 ->
          Problem.of(
              ProblemType.TARGET_TOO_LONG,
              "the request line is longer than " + HttpEndpoint.MAX_REQUEST_LINE_BYTES + " bytes");
      case 431 ->
          Problem.of(
              ProblemType.HEADERS_TOO_LARGE,
              "the headers are larger than " + HttpEndpoint.MAX_HEADER_BYTES + " bytes");
      case 500 -> Problem.of(ProblemType.INTERNAL, "the answer could not be written");
      default ->
          Problem.of(
              ProblemType.MALFORMED_REQUEST, "the request line or a header cannot be parsed");
    };
  }
}
