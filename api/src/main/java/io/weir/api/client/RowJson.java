package io.weir.api.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads answers that have rows, token by token: vectors go into arrays of floats, payloads are cut
 * out of the body as they stand there.
 *
 * <p><b>Errors:</b> {@link UnreadableAnswer}, and those of Jackson.
 *
 * <p><b>Threads:</b> one, once.
 */
final class RowJson {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int FIRST_COMPONENTS = 256;
  private static final double NANOS_A_MILLI = 1e6;

  private final byte[] body;
  private final JsonParser json;

  private RowJson(byte[] body, JsonParser json) {
    this.body = body;
    this.json = json;
  }

  /** Reads something from a body. */
  @FunctionalInterface
  private interface Reader<T> {

    /** Reads the object that the parser stands on. */
    T read(RowJson from);
  }

  private static <T> T read(byte[] body, Reader<T> reader) {
    try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new UnreadableAnswer("it is no JSON object");
      }
      return reader.read(new RowJson(body, json));
    }
  }

  /** Reads a row that is a document. */
  static Row row(byte[] body) {
    return read(body, from -> from.fields().row());
  }

  /**
   * Reads the answer to a get.
   *
   * @param withPayload whether its payload is wanted
   */
  static RowAnswer get(byte[] body, boolean withPayload) {
    Fields fields = read(body, RowJson::fields);
    if (!withPayload) {
      fields.payload = null;
    }
    return new RowAnswer(fields.row(), fields.seen());
  }

  /** Reads the answer to a get of many. */
  static RowsAnswer many(byte[] body) {
    Fields fields = read(body, RowJson::fields);
    return new RowsAnswer(
        fields.found.stream().map(Fields::row).toList(), fields.missing, fields.seen());
  }

  /** Reads the answer to a search. */
  static SearchAnswer search(byte[] body) {
    Fields fields = read(body, RowJson::fields);
    return new SearchAnswer(
        fields.hits(),
        fields.seen(),
        Optional.ofNullable(fields.cursor),
        fields.scannedRows,
        fields.took);
  }

  /** Reads the data of an event of a row that matches. */
  static WatchEvent match(byte[] data, String id) {
    Fields fields = read(data, RowJson::fields);
    return new WatchEvent.Matched(fields.row(), fields.score, id);
  }

  /** Reads the answer to a batch of searches. */
  static BatchAnswer batch(byte[] body) {
    Fields fields = read(body, RowJson::fields);
    return new BatchAnswer(
        fields.answers.stream()
            .map(one -> new BatchAnswer.Element(one.hits(), one.scannedRows))
            .toList(),
        fields.seen(),
        fields.took);
  }

  /** The properties of an object of any of these answers, as they come. */
  private static final class Fields {
    private @Nullable String key;
    private int partition = -1;
    private long offset = -1;
    private @Nullable Instant timestamp;
    private @Nullable Vector vector;
    private @Nullable Payload payload;
    private OptionalDouble score = OptionalDouble.empty();
    private Position position = Position.NONE;
    private Position lag = Position.NONE;
    private List<Fields> found = List.of();
    private List<String> missing = List.of();
    private @Nullable List<Fields> hits;
    private List<Fields> answers = List.of();
    private @Nullable String cursor;
    private long scannedRows;
    private Duration took = Duration.ZERO;

    Row row() {
      if (key == null || partition < 0 || offset < 0) {
        throw new UnreadableAnswer("a row has no key, partition or offset");
      }
      return new Row(
          key,
          partition,
          offset,
          Optional.ofNullable(timestamp),
          Optional.ofNullable(vector),
          Optional.ofNullable(payload));
    }

    float hitScore() {
      return (float) score.orElseThrow(() -> new UnreadableAnswer("a hit has no score"));
    }

    Seen seen() {
      return new Seen(position, lag);
    }

    List<Hit> hits() {
      if (hits == null) {
        throw new UnreadableAnswer("hits is missing");
      }
      return hits.stream().map(one -> new Hit(one.row(), one.hitScore())).toList();
    }
  }

  /** Reads the object that the parser stands on. */
  private Fields fields() {
    Fields fields = new Fields();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      boolean there = json.nextToken() != JsonToken.VALUE_NULL;
      switch (name) {
        case "key" -> fields.key = json.getString();
        case "partition" -> fields.partition = json.getIntValue();
        case "offset" -> fields.offset = json.getLongValue();
        case "timestamp" ->
            fields.timestamp = there ? Instant.ofEpochMilli(json.getLongValue()) : null;
        case "vector" -> fields.vector = vector();
        case "payload" -> fields.payload = there ? payload() : null;
        case "score" -> fields.score = OptionalDouble.of(score());
        case "position" -> fields.position = position();
        case "lag" -> fields.lag = position();
        case "found" -> fields.found = objects();
        case "missing" -> fields.missing = texts();
        case "hits" -> fields.hits = objects();
        case "answers" -> fields.answers = objects();
        case "cursor" -> fields.cursor = there ? json.getString() : null;
        case "scannedRows" -> fields.scannedRows = json.getLongValue();
        case "tookMillis" ->
            fields.took = Duration.ofNanos(Math.round(json.getDoubleValue() * NANOS_A_MILLI));
        default -> json.skipChildren();
      }
    }
    return fields;
  }

  private List<Fields> objects() {
    List<Fields> objects = new ArrayList<>();
    expect(JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(JsonToken.START_OBJECT);
      objects.add(fields());
    }
    return objects;
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    expect(JsonToken.START_ARRAY);
    while (json.nextToken() != JsonToken.END_ARRAY) {
      texts.add(json.getString());
    }
    return texts;
  }

  /** The shortest text that names a float32 names no other: bits survive. */
  private Vector vector() {
    expect(JsonToken.START_ARRAY);
    float[] components = new float[FIRST_COMPONENTS];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == components.length) {
        components = Arrays.copyOf(components, count * 2);
      }
      components[count++] = json.getFloatValue();
    }
    return Vector.owning(Arrays.copyOf(components, count));
  }

  /** As it stands in the body: the server hands on what was sent. */
  private Payload payload() {
    int from = Math.toIntExact(json.currentTokenLocation().getByteOffset());
    json.skipChildren();
    int to = Math.toIntExact(json.currentLocation().getByteOffset());
    return Payload.owning(Arrays.copyOfRange(body, from, to));
  }

  /** A string where it overflows float32. */
  private float score() {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      return json.getFloatValue();
    }
    String text = json.getString();
    return switch (text) {
      case "Infinity" -> Float.POSITIVE_INFINITY;
      case "-Infinity" -> Float.NEGATIVE_INFINITY;
      case "NaN" -> Float.NaN;
      default -> throw new UnreadableAnswer("'" + text + "' is no score");
    };
  }

  private Position position() {
    expect(JsonToken.START_OBJECT);
    SortedMap<Integer, Long> offsets = new TreeMap<>();
    for (String name = json.nextName(); name != null; name = json.nextName()) {
      json.nextToken();
      try {
        offsets.put(Integer.valueOf(name), json.getLongValue());
      } catch (NumberFormatException e) {
        throw new UnreadableAnswer("'" + name + "' is no number of a partition");
      }
    }
    return new Position(offsets);
  }

  private void expect(JsonToken token) {
    if (json.currentToken() != token) {
      throw new UnreadableAnswer(
          json.currentName() + " is " + json.currentToken() + ", not " + token);
    }
  }
}
