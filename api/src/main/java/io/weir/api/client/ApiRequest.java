package io.weir.api.client;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request, before it is sent.
 *
 * <p>A class and not a record because arrays have no value equality. Immutable.
 */
final class ApiRequest {

  static final String JSON = "application/json";
  static final String NDJSON = "application/x-ndjson";
  static final String FLOAT32 = "application/octet-stream";
  static final String EVENTS = "text/event-stream";

  private static final byte[] NO_BODY = {};

  private final String method;
  private final String target;
  private final String accept;
  private final @Nullable String contentType;
  private final byte[] body;
  private final boolean repeatable;
  private final Map<String, String> headers;

  private ApiRequest(
      String method,
      String target,
      String accept,
      @Nullable String contentType,
      byte[] body,
      boolean repeatable,
      Map<String, String> headers) {
    this.method = method;
    this.target = target;
    this.accept = accept;
    this.contentType = contentType;
    this.body = body;
    this.repeatable = repeatable;
    this.headers = headers;
  }

  /** Gets something. */
  static ApiRequest get(String target) {
    return new ApiRequest("GET", target, JSON, null, NO_BODY, true, Map.of());
  }

  /** Asks for something with a body; asking twice is no more than asking once. */
  static ApiRequest read(String target, String contentType, byte[] body) {
    return new ApiRequest("POST", target, JSON, contentType, body, true, Map.of());
  }

  /** Has something done, which must not be done twice by accident. */
  static ApiRequest order(String target, byte[] json) {
    return new ApiRequest("POST", target, JSON, JSON, json, false, Map.of());
  }

  /** Returns this request for an answer of another media type. */
  ApiRequest accepting(String mediaType) {
    return new ApiRequest(method, target, mediaType, contentType, body, repeatable, headers);
  }

  /** Returns this request with a header. */
  ApiRequest with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new ApiRequest(method, target, accept, contentType, body, repeatable, more);
  }

  String method() {
    return method;
  }

  /** Path and query, percent-encoded. */
  String target() {
    return target;
  }

  String accept() {
    return accept;
  }

  /** That of the body; null where there is none. */
  @Nullable String contentType() {
    return contentType;
  }

  /** Nobody writes to it. */
  byte[] body() {
    return body;
  }

  /** Whether it may be sent again when nobody knows whether it was received. */
  boolean repeatable() {
    return repeatable;
  }

  Map<String, String> headers() {
    return headers;
  }
}
