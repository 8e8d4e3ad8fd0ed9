package io.weir.api.testing;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client that watches, and reads no faster than whoever asks it for events. */
public final class EventStream implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  private final ChunkedReader chunks;
  private final BufferedReader lines;

  /**
   * What came.
   *
   * @param name kind of the event; empty for a comment, which is none
   * @param id its id, if it had one
   * @param data its data as JSON
   */
  public record Event(String name, Optional<String> id, JsonNode data) {

    /** Next offset by partition, as the id of shards that were not made anew says. */
    public TreeMap<Integer, Long> position() {
      TreeMap<Integer, Long> position = new TreeMap<>();
      for (String pair : id.orElse("").split(",", -1)) {
        if (pair.contains(":")) {
          String[] parts = pair.split(":", 2);
          position.put(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }
      }
      return position;
    }
  }

  private EventStream(ChunkedReader chunks) {
    this.chunks = chunks;
    this.lines = new BufferedReader(new InputStreamReader(chunks, StandardCharsets.UTF_8), 1 << 10);
  }

  /** Was answered with something else than events. */
  public static final class Refused extends IOException {
    private static final long serialVersionUID = 1;
    private final int status;

    Refused(int status, String head) {
      super(head);
      this.status = status;
    }

    /** The status. */
    public int status() {
      return status;
    }
  }

  /**
   * Begins to watch.
   *
   * @param lastEvent the id of the last event that it has had
   * @throws Refused if the answer is not 200
   */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  public static EventStream open(
      int port, String collection, String body, Optional<String> lastEvent) throws IOException {
    ChunkedReader chunks =
        new ChunkedReader(
            port,
            "POST /v1/collections/"
                + collection
                + "/watch HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
                + "Content-Type: application/json\r\nContent-Length: "
                + body.length()
                + lastEvent.map(id -> "\r\nLast-Event-ID: " + id).orElse("")
                + "\r\n\r\n"
                + body);
    String head = chunks.head();
    if (!head.startsWith("HTTP/1.1 200 ")) {
      chunks.close();
      throw new Refused(Integer.parseInt(head.substring(9, 12)), head);
    }
    return new EventStream(chunks);
  }

  /** Status line and headers. */
  public String head() {
    return chunks.head();
  }

  /** The next event, or comment; empty at the end of the answer. */
  public Optional<Event> next() throws IOException {
    String name = "";
    Optional<String> id = Optional.empty();
    StringBuilder data = new StringBuilder();
    boolean any = false;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && any) {
        String text = data.isEmpty() ? "null" : data.toString();
        return Optional.of(new Event(name, id, JSON.readTree(text)));
      }
      any = true;
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("id: ")) {
        id = Optional.of(line.substring(4));
      } else if (line.startsWith("data: ")) {
        data.append(line.substring(6));
      } else if (!line.startsWith(":")) {
        throw new IOException("no line of an event: " + line);
      }
    }
    if (any) {
      throw new EOFException("the answer ended within an event");
    }
    return Optional.empty();
  }

  /** The next event; comments are passed over. */
  public Event event() throws IOException {
    long end = System.nanoTime() + ApiFixture.PATIENCE.toNanos();
    Optional<Event> next = next();
    while (next.isPresent() && next.get().name().isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IOException("no event in " + ApiFixture.PATIENCE);
      }
      next = next();
    }
    return next.orElseThrow(() -> new EOFException("the answer ended"));
  }

  @Override
  public void close() throws IOException {
    chunks.close();
  }
}
