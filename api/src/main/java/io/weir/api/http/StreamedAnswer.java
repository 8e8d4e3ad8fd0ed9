package io.weir.api.http;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * An answer of status 200 that is made while it is sent.
 *
 * <p><b>Demand:</b> a block is asked for when the one before has gone to the socket, and one is
 * made ahead: a client that does not read holds two or three blocks, whatever the length.
 *
 * <p><b>Errors:</b> come too late for a problem document: the connection is cut, and the client
 * sees an answer without its end. The same happens when the time is over.
 *
 * <p><b>Ownership:</b> {@code release} gives back what the blocks are made from. It is called once,
 * when the last block is sent, when the client is gone, and when nobody was left to be answered.
 */
public final class StreamedAnswer implements Answer {

  private final String contentType;
  private final Map<String, String> headers;
  private final Flux<byte[]> blocks;
  private final Duration maxTime;
  private final Runnable release;

  /**
   * An answer.
   *
   * @param blocks the body; each block is handed over
   * @param maxTime longest time that sending may take
   * @param release gives back what the blocks are made from; may be called again
   */
  public StreamedAnswer(
      String contentType,
      Map<String, String> headers,
      Flux<byte[]> blocks,
      Duration maxTime,
      Runnable release) {
    this.contentType = contentType;
    this.headers = headers;
    this.blocks = blocks;
    this.maxTime = maxTime;
    this.release = release;
  }

  @Override
  public int status() {
    return 200;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public Map<String, String> headers() {
    return headers;
  }

  Flux<byte[]> blocks() {
    return blocks;
  }

  Duration maxTime() {
    return maxTime;
  }

  @Override
  public void release() {
    release.run();
  }

  /** This answer with its blocks changed on their way, and other headers. */
  StreamedAnswer through(Map<String, String> otherHeaders, UnaryOperator<Flux<byte[]>> way) {
    return new StreamedAnswer(contentType, otherHeaders, way.apply(blocks), maxTime, release);
  }
}
