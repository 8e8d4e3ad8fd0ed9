package io.weir.api.http;

import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * An answer of status 200 that is made while it is sent.
 *
 * <p><b>Demand:</b> a block is asked for when the one before has gone to the socket, and one is
 * made ahead, unless the answer is live: a client that does not read holds two or three blocks,
 * whatever the length.
 *
 * <p><b>Errors:</b> come too late for a problem document: the connection is cut, and the client
 * sees an answer without its end. The same happens when the time is over.
 *
 * <p><b>Ownership:</b> {@code release} gives back what the blocks are made from. It is called once,
 * when the last block is sent, when the client is gone, and when nobody was left to be answered.
 */
public final class StreamedAnswer implements Answer {

  /** More than any process lives. */
  private static final Duration ANY_TIME = Duration.ofDays(36_500);

  private final String contentType;
  private final Map<String, String> headers;
  private final Flux<byte[]> blocks;
  private final Duration maxTime;
  private final Runnable release;
  private final int ahead;

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
    this(contentType, headers, blocks, maxTime, release, 1);
  }

  private StreamedAnswer(
      String contentType,
      Map<String, String> headers,
      Flux<byte[]> blocks,
      Duration maxTime,
      Runnable release,
      int ahead) {
    this.contentType = contentType;
    this.headers = headers;
    this.blocks = blocks;
    this.maxTime = maxTime;
    this.release = release;
    this.ahead = ahead;
  }

  /**
   * An answer of what happens while it is sent, which may take any time. Its blocks are made by
   * somebody who wants to know when each has gone to the socket: then the next is asked for, and
   * not before.
   */
  public static StreamedAnswer live(
      String contentType, Map<String, String> headers, Flux<byte[]> blocks, Runnable release) {
    return new StreamedAnswer(contentType, headers, blocks, ANY_TIME, release, 0);
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

  /** How many blocks are asked for while one is on its way. */
  int ahead() {
    return ahead;
  }

  @Override
  public void release() {
    release.run();
  }

  /** This answer with its blocks changed on their way, and other headers. */
  StreamedAnswer through(Map<String, String> otherHeaders, UnaryOperator<Flux<byte[]>> way) {
    return new StreamedAnswer(
        contentType, otherHeaders, way.apply(blocks), maxTime, release, ahead);
  }
}
