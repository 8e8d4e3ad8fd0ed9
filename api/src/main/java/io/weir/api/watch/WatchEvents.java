package io.weir.api.watch;

import io.weir.api.http.JsonBody;
import io.weir.api.json.StoreJson;
import io.weir.storage.query.Change;
import io.weir.storage.query.StoredRow;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of events.
 *
 * <pre>
 * event: match | leave | begin | end
 * id: 0:1200,1.2:1310
 * data: {...}
 *
 * </pre>
 *
 * <p>What several watchers get of one change is written once.
 *
 * <p><b>Threads:</b> one.
 */
final class WatchEvents {

  private final Change change;

  /** With a vector or not, and with a payload or not. */
  private final Map<Content, byte[]> rows = new HashMap<>();

  private byte @Nullable [] leave;

  /** What a row is told with. */
  private record Content(boolean withVector, boolean withPayload) {}

  /** The events of a change. */
  WatchEvents(Change change) {
    this.change = change;
  }

  /**
   * A row that came, and concerns the watcher.
   *
   * @param score how near it is, where that was asked for
   */
  byte[] match(String id, OptionalDouble score, boolean withVector, boolean withPayload) {
    byte[] row = row(withVector, withPayload);
    if (score.isEmpty()) {
      return event("match", id, row, 0);
    }
    // The row's object goes on behind the score.
    String start = "{\"score\":" + (float) score.getAsDouble() + ",";
    return event("match", id, start, row, 1);
  }

  private byte[] row(boolean withVector, boolean withPayload) {
    return rows.computeIfAbsent(
        new Content(withVector, withPayload),
        _ -> {
          StoredRow row = change.row().orElseThrow();
          return JsonBody.lines(json -> StoreJson.rowInALine(json, row, withVector, withPayload));
        });
  }

  /** A row that concerned the watcher, and is no more. */
  byte[] leave(String id) {
    byte[] data = leave;
    if (data == null) {
      data =
          JsonBody.lines(json -> {
            json.writeStartObject();
            json.writeStringProperty("key", change.key());
            json.writeNumberProperty("partition", change.partition());
            json.writeNumberProperty("offset", change.offset());
            json.writeStringProperty("reason", change.isDelete() ? "deleted" : "replaced");
            json.writeEndObject();
          });
      leave = data;
    }
    return event("leave", id, data, 0);
  }

  /** The first event: from where on changes are told. */
  static byte[] begin(String id, SortedMap<Integer, Long> position) {
    byte[] data =
        JsonBody.lines(json -> {
          json.writeStartObject();
          json.writeObjectPropertyStart("position");
          position.forEach(
              (partition, offset) -> json.writeNumberProperty(Integer.toString(partition), offset));
          json.writeEndObject();
          json.writeEndObject();
        });
    return event("begin", id, data, 0);
  }

  /** The last event. It has no id: the client goes on behind the last one that had. */
  static byte[] end(WatchEnd end, String detail) {
    byte[] data =
        JsonBody.lines(json -> {
          json.writeStartObject();
          json.writeStringProperty("type", end.reference());
          json.writeStringProperty("title", end.title());
          json.writeStringProperty("detail", detail);
          json.writeEndObject();
        });
    return joined("event: end\ndata: ", data, 0);
  }

  /** No event: says that the stream is alive, and how far it is, which clients remember. */
  static byte[] heartbeat(String id) {
    return (":\nid: " + id + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] event(String name, String id, byte[] data, int from) {
    return event(name, id, "", data, from);
  }

  private static byte[] event(String name, String id, String start, byte[] data, int from) {
    return joined("event: " + name + "\nid: " + id + "\ndata: " + start, data, from);
  }

  /** The data has its end of line already; an empty line ends the event. */
  private static byte[] joined(String head, byte[] data, int from) {
    byte[] first = head.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream event = new ByteArrayOutputStream(first.length + data.length + 1);
    event.writeBytes(first);
    event.write(data, from, data.length - from);
    event.write('\n');
    return event.toByteArray();
  }
}
