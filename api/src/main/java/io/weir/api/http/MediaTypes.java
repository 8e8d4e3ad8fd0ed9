package io.weir.api.http;

/** Names of what bodies are. */
public final class MediaTypes {

  /** One JSON document. */
  public static final String JSON = "application/json";

  /** One JSON document a line. */
  public static final String NDJSON = "application/x-ndjson";

  /** Little-endian float32, bare or framed. */
  public static final String FLOAT32 = "application/octet-stream";

  /** Server-sent events. */
  public static final String EVENT_STREAM = "text/event-stream";

  /** A problem document of RFC 9457. */
  public static final String PROBLEM = "application/problem+json";

  private MediaTypes() {}
}
