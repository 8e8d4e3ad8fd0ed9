package io.weir.api.http;

/**
 * The kinds of failure that a client can tell apart, as problem types of RFC 9457.
 *
 * <p>A type is a relative reference, {@code /problems/} and a name; it identifies, it is not
 * served.
 */
public enum ProblemType {
  /** The request line, a header or an escape of the path is not HTTP. */
  MALFORMED_REQUEST("malformed-request", 400, "The request is not well-formed HTTP"),
  /** A query parameter is unknown, doubled or has a bad value. */
  INVALID_PARAMETER("invalid-parameter", 400, "A query parameter is not allowed"),
  /** The body is not JSON, or not within the limits of JSON documents. */
  MALFORMED_JSON("malformed-json", 400, "The body is not a JSON document that is accepted here"),
  /** The body has a property that the route does not know. */
  UNKNOWN_PROPERTY("unknown-property", 400, "The body has an unknown property"),
  /** A property of the body is missing, of the wrong kind or out of range. */
  INVALID_PROPERTY("invalid-property", 400, "A property of the body is not allowed"),
  /** The vector has more or fewer components than the collection. */
  WRONG_DIMENSION("wrong-dimension", 400, "The vector has the wrong dimension"),
  /** A component is not finite, or the vector cannot be compared under the collection's metric. */
  INVALID_VECTOR("invalid-vector", 400, "The vector cannot be searched for"),
  /** A part of a filter is missing, contradicts another, or is no value of its field. */
  INVALID_FILTER("invalid-filter", 400, "The filter cannot be searched with"),
  /** The filter names a field that the collection does not declare. */
  UNDECLARED_FIELD("undeclared-field", 400, "The filter names a field that is not declared"),
  /** What was asked for does not fit into one answer. */
  ANSWER_TOO_LARGE("answer-too-large", 400, "The answer would be too large"),
  /** There is no key with the request, or none that is known and has not expired. */
  UNAUTHORIZED("unauthorized", 401, "A key is needed"),
  /** The key's role is too low. */
  FORBIDDEN("forbidden", 403, "The key is not good for this"),
  /** No such route. */
  UNKNOWN_ROUTE("unknown-route", 404, "There is no such route"),
  /** No such collection. */
  UNKNOWN_COLLECTION("unknown-collection", 404, "There is no such collection"),
  /** No such partition of the collection here. */
  UNKNOWN_SHARD("unknown-shard", 404, "There is no such shard here"),
  /** The collection has no live row under the key. */
  UNKNOWN_KEY("unknown-key", 404, "There is no vector under this key"),
  /** The route exists, but not for this method. */
  METHOD_NOT_ALLOWED("method-not-allowed", 405, "The route does not have this method"),
  /** The route answers in none of the media types that the client takes. */
  NOT_ACCEPTABLE("not-acceptable", 406, "There is no answer of an accepted media type"),
  /** The body did not arrive in time. */
  SLOW_BODY("slow-body", 408, "The body did not arrive in time"),
  /** What was asked for does not fit the state of the shard. */
  CANNOT_RESUME("cannot-resume", 409, "The shard cannot go on in this way"),
  /** A shard has not come to the position that is asked for. */
  POSITION_AHEAD("position-ahead", 409, "The position has not been reached yet"),
  /** Rows that the position showed have been dropped. */
  POSITION_GONE("position-gone", 410, "The position cannot be read as of any more"),
  /** The cursor's time is over, or there never was such a cursor. */
  CURSOR_EXPIRED("cursor-expired", 410, "The cursor does not exist any more"),
  /** The body is larger than the limit. */
  BODY_TOO_LARGE("body-too-large", 413, "The body is too large"),
  /** The request line is longer than the limit. */
  TARGET_TOO_LONG("target-too-long", 414, "The request line is too long"),
  /** The body is of a kind that the route does not read. */
  UNSUPPORTED_CONTENT_TYPE("unsupported-content-type", 415, "The body has the wrong content type"),
  /** There were more requests with the key than may be. */
  TOO_MANY_REQUESTS("too-many-requests", 429, "There are too many requests with this key"),
  /** The headers are larger than the limit. */
  HEADERS_TOO_LARGE("headers-too-large", 431, "The headers are too large"),
  /** A bug: the details are in the log, under the id that the document carries. */
  INTERNAL("internal", 500, "Something went wrong here"),
  /** A file of the store is damaged. */
  STORAGE_DAMAGED("storage-damaged", 500, "A file of the store is damaged"),
  /** A disk or file system refused to work. */
  STORAGE_FAILED("storage-failed", 500, "The store could not read or write"),
  /** A checkpoint did not make every shard durable. */
  CHECKPOINT_FAILED("checkpoint-failed", 500, "The checkpoint did not succeed"),
  /** More requests than the server works on at a time, its queue included. */
  OVERLOADED("overloaded", 503, "Too many requests are waiting"),
  /** The server is up, but does not yet answer for all records. */
  NOT_READY("not-ready", 503, "Not ready yet"),
  /** The collection is served from the disk, and nobody has declared its fields yet. */
  FIELDS_UNKNOWN("fields-unknown", 503, "The fields of the collection are not known yet"),
  /** The server is about to stop. */
  STOPPING("stopping", 503, "The server is stopping"),
  /** Not all records that were waited for became visible in time. */
  POSITION_NOT_REACHED("position-not-reached", 504, "The position was not reached in time"),
  /** The request took longer than its deadline. */
  DEADLINE_PASSED("deadline-passed", 504, "The request took too long");

  private final String reference;
  private final int status;
  private final String title;

  ProblemType(String name, int status, String title) {
    this.reference = "/problems/" + name;
    this.status = status;
    this.title = title;
  }

  /** The type as it stands in the document: a relative reference. */
  public String reference() {
    return reference;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The kind of failure in words; the same for all problems of the type. */
  public String title() {
    return title;
  }
}
