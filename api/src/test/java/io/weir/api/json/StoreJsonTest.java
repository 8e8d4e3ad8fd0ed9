package io.weir.api.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.storage.query.StoredRow;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

class StoreJsonTest {

  @Test
  void everyFiniteFloatReadsBackToTheSameBits() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    float[] vector = new float[100_000];
    vector[0] = -0.0f;
    vector[1] = Float.MIN_VALUE;
    vector[2] = Float.MAX_VALUE;
    for (int i = 3; i < vector.length; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      vector[i] = Float.isFinite(any) ? any : i;
    }
    String json = write(out -> StoreJson.row(out, row(vector, ""), true, false));
    String[] written = json.substring(json.indexOf('[') + 1, json.indexOf(']')).split(",", -1);
    assertEquals(vector.length, written.length);
    for (int i = 0; i < vector.length; i++) {
      int at = i;
      assertEquals(
          Float.floatToRawIntBits(vector[i]),
          Float.floatToRawIntBits(Float.parseFloat(written[i])),
          () -> written[at] + "; rerun with -Dweir.seed=" + seed);
    }
  }

  @Test
  void aFloatHasNoMoreDigitsThanItNeeds() {
    assertEquals(
        "{\"partition\":1,\"offset\":2,\"timestamp\":3,\"vector\":[0.1,-0.0,1.0E-5,1.6777216E7]}",
        write(out ->
            StoreJson.row(out, row(new float[] {0.1f, -0.0f, 1e-5f, 16777216f}, ""), true, false)));
  }

  @Test
  void aPayloadGoesOutAsItCameIn() {
    String payload = "{ \"a\" : 1.50, \"b\":\"\\u00e9é🚀\" }";
    assertEquals(
        "{\"partition\":1,\"offset\":2,\"timestamp\":3,\"payload\":" + payload + "}",
        write(out -> StoreJson.row(out, row(new float[0], payload), false, true)));
  }

  @Test
  void anEmptyPayloadIsNull() {
    assertEquals(
        "{\"partition\":1,\"offset\":2,\"timestamp\":3,\"payload\":null}",
        write(out -> StoreJson.row(out, row(new float[0], ""), false, true)));
  }

  @Test
  void aMissingTimestampIsNull() {
    StoredRow row = new StoredRow("k", 1, 2, -1, new float[0], new byte[0]);
    assertEquals(
        "{\"partition\":1,\"offset\":2,\"timestamp\":null}",
        write(out -> StoreJson.row(out, row, false, false)));
  }

  @Test
  void aDurationIsMillisecondsToTheMicrosecond() {
    assertEquals(
        "{\"took\":1.234}",
        write(out -> StoreJson.millis(out, "took", Duration.ofNanos(1_234_567))));
  }

  private static StoredRow row(float[] vector, String payload) {
    return new StoredRow("k", 1, 2, 3, vector, payload.getBytes(StandardCharsets.UTF_8));
  }

  private static String write(Consumer<JsonGenerator> content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        JsonFactory.builder().build().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return text.toString();
  }
}
