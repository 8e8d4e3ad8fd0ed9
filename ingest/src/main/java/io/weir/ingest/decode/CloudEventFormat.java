package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values that come in CloudEvents, as its Kafka protocol binding has it, and all others.
 *
 * <ul>
 *   <li>Structured: the header {@code content-type} is {@code application/cloudevents+json}; the
 *       value is a JSON object whose {@code data}, or {@code data_base64} once decoded, is what the
 *       collection's format reads. The event's other attributes join the record's headers, by the
 *       names that they have in binary mode.
 *   <li>Binary: there is a header {@code ce_specversion}; the value is what the collection's format
 *       reads, the headers stay.
 * </ul>
 *
 * <p>So attributes are what headers are: payload in the format that makes payload of headers, and
 * not stored in the others. The key is the record's key; the attribute {@code partitionkey} is not
 * looked at.
 */
final class CloudEventFormat implements ValueFormat {
  private static final String CONTENT_TYPE = "content-type";
  private static final String PREFIX = "ce_";
  private static final String SPEC_VERSION = "specversion";
  private static final String EVENTS = "application/cloudevents";
  private static final String JSON_EVENT = "application/cloudevents+json";
  private static final Set<String> SPEC_VERSIONS = Set.of("1.0", "0.3");

  private final ValueFormat data;
  private final JsonScanner json = new JsonScanner();

  /** Data is read by this format. */
  CloudEventFormat(ValueFormat data) {
    this.data = data;
  }

  @Override
  public String name() {
    return data.name();
  }

  /** What to add where a record has no key but seems to have one for its partition. */
  static String partitionKeyHint(RawRecord source) {
    return source.headers().stream().anyMatch(one -> one.name().equals("ce_partitionkey"))
        ? "; ce_partitionkey does not stand for it: Kafka has not chosen the partition by it"
        : "";
  }

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    String contentType = null;
    String specVersion = null;
    for (RawHeader header : source.headers()) {
      if (header.name().equalsIgnoreCase(CONTENT_TYPE)) {
        contentType = mediaType(header);
      } else if (header.name().equals(PREFIX + SPEC_VERSION)) {
        specVersion = text(header);
      }
    }
    if (contentType != null && contentType.startsWith(EVENTS)) {
      return contentType.equals(JSON_EVENT)
          ? structured(source, key, value, from, to)
          : malformed(
              "content-type is "
                  + Excerpt.of(contentType)
                  + "; of events only "
                  + JSON_EVENT
                  + " is read");
    }
    if (specVersion != null && !SPEC_VERSIONS.contains(specVersion)) {
      return wrongVersion(specVersion);
    }
    return data.decode(source, key, value, from, to);
  }

  private DecodeResult structured(
      RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    json.reset(value, from, to);
    try {
      Event event = Event.read(json, value);
      if (!SPEC_VERSIONS.contains(event.specVersion)) {
        return wrongVersion(event.specVersion);
      }
      RawRecord withAttributes = source.withHeaders(event.headers(source.headers()));
      byte[] base64 = event.base64;
      if (base64 != null) {
        return base64.length == 0
            ? malformed("data_base64 is empty; a delete is a record with a null value")
            : data.decode(withAttributes, key, base64, 0, base64.length);
      }
      if (event.dataTo == 0) {
        return malformed("the event has no data; a delete is a record with a null value");
      }
      return data.isText()
          ? data.decode(withAttributes, key, value, event.dataFrom, event.dataTo)
          : malformed("data is JSON; this format needs data_base64");
    } catch (MalformedJsonException e) {
      return malformed("at byte " + e.at() + ": " + String.valueOf(e.getMessage()));
    }
  }

  private static Rejected wrongVersion(String found) {
    return malformed(
        found.isEmpty()
            ? "the event has no specversion"
            : "specversion is " + Excerpt.of(found) + "; 1.0 and 0.3 are read");
  }

  private static Rejected malformed(String detail) {
    return new Rejected(RejectReason.MALFORMED_CLOUDEVENT, detail);
  }

  private static String mediaType(RawHeader header) {
    String whole = text(header);
    int parameters = whole.indexOf(';');
    return (parameters < 0 ? whole : whole.substring(0, parameters))
        .strip()
        .toLowerCase(Locale.ROOT);
  }

  private static String text(RawHeader header) {
    byte[] value = header.value();
    return value == null ? "" : new String(value, StandardCharsets.UTF_8);
  }

  /** An event in JSON, as far as it has been read. */
  private static final class Event {
    private final List<RawHeader> attributes = new ArrayList<>();
    private String specVersion = "";
    private int dataFrom;
    private int dataTo;
    private byte @Nullable [] base64;

    static Event read(JsonScanner json, byte[] value) throws MalformedJsonException {
      Event event = new Event();
      JsonKind kind = json.next();
      if (kind != JsonKind.START_OBJECT) {
        throw new MalformedJsonException(json.at(), "expected a JSON object, found " + kind);
      }
      json.enter();
      Set<String> names = new HashSet<>();
      while (json.nextName(names.isEmpty())) {
        int place = json.at();
        String name = json.name();
        if (!names.add(name)) {
          throw new MalformedJsonException(place, Excerpt.of(name) + " comes twice");
        }
        event.take(name, json, value);
      }
      json.requireEnd("the event");
      if (event.base64 != null && event.dataTo != 0) {
        throw new MalformedJsonException(json.at(), "the event has data and data_base64");
      }
      return event;
    }

    private void take(String name, JsonScanner json, byte[] value) throws MalformedJsonException {
      JsonKind kind = json.next();
      int from = json.at();
      String text = null;
      if (kind == JsonKind.VALUE_STRING && !name.equals("data")) {
        text = json.string();
      } else {
        json.skipValue(1);
      }
      if (kind == JsonKind.VALUE_NULL) {
        // As if it were not there.
        return;
      }
      if (name.equals("data")) {
        dataFrom = from;
        dataTo = json.at();
        return;
      }
      if (kind == JsonKind.START_OBJECT || kind == JsonKind.START_ARRAY) {
        throw new MalformedJsonException(
            from, "attribute " + Excerpt.of(name) + " is " + kind.description());
      }
      if (name.equals("data_base64")) {
        base64 = decoded(text, from);
        return;
      }
      String attribute =
          text == null
              ? new String(value, from, json.at() - from, StandardCharsets.ISO_8859_1)
              : text;
      if (name.equals(SPEC_VERSION)) {
        specVersion = attribute;
      }
      attributes.add(new RawHeader(PREFIX + name, attribute.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] decoded(@Nullable String text, int place) throws MalformedJsonException {
      try {
        return Base64.getDecoder().decode(text == null ? "?" : text);
      } catch (IllegalArgumentException e) {
        throw new MalformedJsonException(place, "data_base64 is not base64");
      }
    }

    List<RawHeader> headers(List<RawHeader> before) {
      List<RawHeader> all = new ArrayList<>(before);
      all.addAll(attributes);
      return all;
    }
  }
}
