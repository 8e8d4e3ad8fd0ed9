package io.weir.api.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events. */
final class EventDecoder implements PieceDecoder<ServerEvent> {

  private static final int MAX_LINE_BYTES = 64 << 20;

  private final UnreadBytes unread = new UnreadBytes(MAX_LINE_BYTES);
  private String name = "";
  private @Nullable String id;
  private StringBuilder data = new StringBuilder();

  @Override
  public List<ServerEvent> decode(byte[] piece) {
    int seen = unread.count();
    unread.add(piece);
    List<ServerEvent> events = new ArrayList<>();
    for (int length = unread.find((byte) '\n', seen);
        length >= 0;
        length = unread.find((byte) '\n', 0)) {
      String line = new String(unread.take(length), StandardCharsets.UTF_8);
      unread.skip(1);
      take(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, events);
    }
    return events;
  }

  private void take(String line, List<ServerEvent> events) {
    if (line.isEmpty()) {
      events.add(new ServerEvent(name, Optional.ofNullable(id), data.toString()));
      name = "";
      id = null;
      data = new StringBuilder();
      return;
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    String text = value.startsWith(" ") ? value.substring(1) : value;
    switch (field) {
      case "event" -> name = text;
      case "id" -> id = text;
      case "data" -> data.append(data.isEmpty() ? "" : "\n").append(text);
      default -> {
        // A comment, or something newer.
      }
    }
  }

  /** An event that has not ended is none. */
  @Override
  public void end() {}
}
