package io.weir.api.http;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * Why a request was not answered as asked.
 *
 * @param type what kind of failure
 * @param detail what was wrong with this request, and what is allowed; for a person
 * @param headers response headers that belong to the problem, such as {@code Allow}
 * @param members further members of the document, beyond those of RFC 9457
 * @param offsets further members that are objects: an offset for each partition
 */
public record Problem(
    ProblemType type,
    String detail,
    Map<String, String> headers,
    Map<String, String> members,
    Map<String, SortedMap<Integer, Long>> offsets) {

  /** A problem without headers or further members. */
  public static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, Map.of(), Map.of(), Map.of());
  }

  /** Returns this problem with a response header. */
  public Problem withHeader(String name, String value) {
    return new Problem(type, detail, Map.of(name, value), members, offsets);
  }

  /** Returns this problem with a further member, behind those that it has. */
  public Problem withMember(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(type, detail, headers, Collections.unmodifiableMap(more), offsets);
  }

  /** Returns this problem with a further member that has an offset for each partition. */
  public Problem withOffsets(String name, SortedMap<Integer, Long> byPartition) {
    return new Problem(type, detail, headers, members, Map.of(name, byPartition));
  }

  /** Returns this problem as one of a part of the request, which is named. */
  public Problem in(String part) {
    return new Problem(type, part + ": " + detail, headers, members, offsets);
  }

  /** Returns this problem as something to throw or to signal. */
  public ProblemException toException() {
    return new ProblemException(this);
  }

  /**
   * Returns the problem document.
   *
   * @param instance path of the request
   */
  WholeAnswer answer(String instance) {
    byte[] body =
        JsonBody.of(json -> {
          json.writeStartObject();
          json.writeStringProperty("type", type.reference());
          json.writeStringProperty("title", type.title());
          json.writeNumberProperty("status", type.status());
          json.writeStringProperty("detail", detail);
          json.writeStringProperty("instance", instance);
          members.forEach(json::writeStringProperty);
          offsets.forEach((name, byPartition) -> {
            json.writeObjectPropertyStart(name);
            byPartition.forEach((partition, offset) ->
                json.writeNumberProperty(Integer.toString(partition), offset));
            json.writeEndObject();
          });
          json.writeEndObject();
        });
    return new WholeAnswer(type.status(), MediaTypes.PROBLEM, body, headers);
  }
}
