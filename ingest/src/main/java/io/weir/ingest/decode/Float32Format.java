package io.weir.ingest.decode;

import io.weir.ingest.decode.DecodeResult.Decoded;
import io.weir.ingest.decode.DecodeResult.Rejected;
import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.record.VectorRecord;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The value is the vector, {@code 4 * dimension} bytes of little-endian float32, and is not copied.
 * The headers become the payload, one JSON object.
 *
 * <p>A header is a field, its value a string; a null value is a JSON null. A name that comes more
 * than once is an array of its values in the order in which they were sent, in the place of the
 * first. A value that is not UTF-8 rejects the record: to guess at it, or to leave it out, would
 * change what was sent. A record without headers has no payload.
 */
final class Float32Format implements ValueFormat {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  @Override
  public DecodeResult decode(RawRecord source, MemorySegment key, byte[] value, int from, int to) {
    if ((to - from) % Float.BYTES != 0) {
      return new Rejected(
          RejectReason.VALUE_NOT_FLOAT32,
          "the value's " + (to - from) + " bytes are not a whole number of float32");
    }
    for (RawHeader header : source.headers()) {
      byte[] text = header.value();
      int wrong = text == null ? -1 : Utf8.firstInvalid(text, 0, text.length);
      if (wrong >= 0) {
        return new Rejected(
            RejectReason.HEADER_NOT_UTF8,
            "header " + Excerpt.of(header.name()) + " is not UTF-8 at byte " + wrong);
      }
    }
    return new Decoded(
        new VectorRecord.Upsert(
            source.offset(),
            source.timestampMillis(),
            key,
            MemorySegment.ofArray(value).asSlice(from, to - from),
            payload(source.headers())));
  }

  private static MemorySegment payload(List<RawHeader> headers) {
    if (headers.isEmpty()) {
      return NO_PAYLOAD;
    }
    Map<String, List<RawHeader>> fields = new LinkedHashMap<>();
    for (RawHeader header : headers) {
      fields.merge(header.name(), List.of(header), Float32Format::joined);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      fields.forEach((name, values) -> write(json, name, values));
      json.writeEndObject();
    }
    return MemorySegment.ofArray(bytes.toByteArray());
  }

  private static void write(JsonGenerator json, String name, List<RawHeader> values) {
    json.writeName(name);
    if (values.size() == 1) {
      writeText(json, values.getFirst().value());
      return;
    }
    json.writeStartArray();
    values.forEach(value -> writeText(json, value.value()));
    json.writeEndArray();
  }

  private static void writeText(JsonGenerator json, byte @Nullable [] text) {
    if (text == null) {
      json.writeNull();
    } else {
      json.writeString(new String(text, StandardCharsets.UTF_8));
    }
  }

  private static List<RawHeader> joined(List<RawHeader> before, List<RawHeader> after) {
    return Stream.concat(before.stream(), after.stream()).toList();
  }
}
