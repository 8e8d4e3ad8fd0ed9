package io.weir.api.client;

import io.weir.api.client.WeirProblemException.Problem;
import io.weir.api.client.WeirUnavailableException.Reason;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import reactor.core.publisher.SynchronousSink;

/**
 * One watch, over as many connections as it takes: where it is, and what its events mean.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class Watch {

  private static final int GONE = 410;
  private static final int SERVER_ERROR = 500;

  private final String server;
  private final ApiRequest first;

  /** Empty as long as there is none. */
  private String lastId;

  private boolean begun;

  Watch(String server, String path, WatchRequest request) {
    this.server = server;
    this.first =
        ApiRequest.read(path + "/watch", ApiRequest.JSON, RequestJson.watch(request))
            .accepting(ApiRequest.EVENTS);
    this.lastId = request.after().orElse("");
  }

  /** What is sent next: the same as before, and what has been told already. */
  ApiRequest request() {
    return lastId.isEmpty() ? first : first.with("Last-Event-ID", lastId);
  }

  /** Hands an event on; throws what ends the watch, or its connection. */
  void read(ServerEvent event, SynchronousSink<WatchEvent> sink) {
    if (event.name().equals("end")) {
      throw ended(JsonObject.read(bytes(event)));
    }
    event.id().ifPresent(id -> lastId = id);
    switch (event.name()) {
      case "begin" -> {
        // Of a connection after the first it is nothing new.
        if (!begun) {
          begun = true;
          sink.next(
              new WatchEvent.Begun(JsonObject.read(bytes(event)).position("position"), lastId));
        }
      }
      case "match" -> sink.next(RowJson.match(bytes(event), lastId));
      case "leave" -> {
        JsonObject json = JsonObject.read(bytes(event));
        sink.next(
            new WatchEvent.Left(
                json.text("key"),
                json.integer("partition"),
                json.whole("offset"),
                json.text("reason").equals("deleted"),
                lastId));
      }
      default -> {
        // A sign of life, or something newer.
      }
    }
  }

  private static byte[] bytes(ServerEvent event) {
    return event.data().getBytes(StandardCharsets.UTF_8);
  }

  /** A server that stops, or does not wait for a slow client, can be asked again. */
  private WeirException ended(JsonObject json) {
    String type = json.text("type");
    String detail = json.text("detail");
    if (type.equals("/problems/stopping") || type.equals("/problems/slow-watcher")) {
      return new WeirUnavailableException(
          Reason.CONNECTION_LOST, server + " ends the watch: " + detail, new EOFException(type));
    }
    return new WeirProblemException(
        new Problem(
            server,
            type,
            type.equals("/problems/position-gone") ? GONE : SERVER_ERROR,
            json.text("title"),
            detail,
            Optional.empty(),
            Optional.empty(),
            Position.NONE,
            Position.NONE,
            Position.NONE,
            Optional.empty()));
  }
}
