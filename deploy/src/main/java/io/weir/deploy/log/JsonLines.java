package io.weir.deploy.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes an event as a flat JSON object and an end of line: {@code time}, {@code log}, which is the
 * name of its logger without {@code weir.}, and its key-value pairs in their order. JSON escapes
 * what would end a line.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {

  private static final String PREFIX = "weir.";
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JsonMapper.shared().createGenerator(line)) {
      json.writeStartObject();
      json.writeStringProperty("time", event.getInstant().toString());
      json.writeStringProperty("log", name(event));
      List<KeyValuePair> fields = event.getKeyValuePairs();
      for (KeyValuePair field : fields == null ? List.<KeyValuePair>of() : fields) {
        json.writeName(field.key);
        write(json, field.value);
      }
      json.writeEndObject();
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static String name(ILoggingEvent event) {
    String logger = event.getLoggerName();
    return logger.startsWith(PREFIX) ? logger.substring(PREFIX.length()) : logger;
  }

  private static void write(JsonGenerator json, Object value) {
    switch (value) {
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case null, default -> json.writeString(Objects.toString(value));
    }
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
