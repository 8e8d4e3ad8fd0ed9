package io.weir.api.http;

import java.util.Map;

/**
 * A whole answer, in memory.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
public final class WholeAnswer implements Answer {

  private final int status;
  private final String contentType;
  private final byte[] body;
  private final Map<String, String> headers;

  /** Takes ownership of the body. */
  public WholeAnswer(int status, String contentType, byte[] body, Map<String, String> headers) {
    this.status = status;
    this.contentType = contentType;
    this.body = body;
    this.headers = headers;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
