package io.weir.api.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRequestTest {

  private final List<Object> values = new ArrayList<>();

  @Test
  void valuesOfEveryKindAreRead() {
    read("{\"text\":\"a\\u00e9\",\"integer\":-7,\"flag\":true}");
    assertEquals(List.of("aé", -7, true), values);
  }

  @Test
  void numbersOfAVectorAreReadAsFloat32WithoutDetour() {
    // As a double it lies halfway between two floats, and would be rounded up the second time.
    String nearlyHalfway = "1.00000017881393432617187499";
    read("{\"vector\":[1, -0.0, 1e-3, 16777217, 0.1, " + nearlyHalfway + "]}");
    assertArrayEquals(
        new float[] {1f, -0.0f, 1e-3f, 16777216f, 0.1f, Float.parseFloat(nearlyHalfway)},
        (float[]) values.getFirst());
  }

  @Test
  void aVectorMayBeLong() {
    read("{\"vector\":[" + "0,".repeat(65_535) + "0]}");
    assertEquals(65_536, ((float[]) values.getFirst()).length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "7",
        "{\"flag\":true}{}",
        "{\"flag\":true,}",
        "{'flag':true}",
        "{\"flag\":true,\"flag\":true}",
        "{\"vector\":[1,,2]}",
        "{\"vector\":[1",
        "{\"integer\":123456789012345678901234567890123}"
      })
  void whatIsNotOneJsonObjectIsMalformed(String body) {
    assertEquals(ProblemType.MALFORMED_JSON, refused(body).type());
  }

  @Test
  void namesStringsAndNumbersThatAreTooLongAreMalformed() {
    for (String body :
        List.of(
            "{\"" + "n".repeat(1_000) + "\":1}",
            "{\"text\":\"" + "x".repeat(1 << 17) + "\"}",
            "{\"text\":\"" + "\\u0041".repeat(1 << 17) + "\"}",
            "{\"vector\":[" + "1".repeat(1_000) + "]}",
            "{\"vector\":[1e" + "9".repeat(1_000) + "]}")) {
      assertEquals(ProblemType.MALFORMED_JSON, refused(body).type(), body.substring(0, 12));
    }
  }

  @Test
  void whatIsDeepIsRefusedAtItsFirstLevel() {
    String deep = "{\"vector\":" + "[".repeat(100_000);
    assertEquals(ProblemType.INVALID_PROPERTY, refused(deep).type());
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] body = "{\"text\":\"?\"}".getBytes(StandardCharsets.UTF_8);
    body[9] = (byte) 0xff;
    ProblemException refused =
        assertThrows(ProblemException.class, () -> JsonRequest.read(body, properties()));
    assertEquals(ProblemType.MALFORMED_JSON, refused.problem().type());
  }

  @Test
  void tooManyTokensAreMalformed() {
    Problem problem = refused("{\"vector\":[" + "0,".repeat(100_000) + "0]}");
    assertEquals(ProblemType.MALFORMED_JSON, problem.type());
    assertTrue(problem.detail().contains("100000 tokens"), problem::detail);
  }

  @Test
  void anUnknownPropertyIsNamedWithThoseThatAreKnown() {
    assertEquals(
        Problem.of(
            ProblemType.UNKNOWN_PROPERTY,
            "property 'ef' is not known; allowed are flag, integer, text, vector"),
        refused("{\"ef\":10}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"text\":7}",
        "{\"text\":null}",
        "{\"integer\":7.0}",
        "{\"integer\":\"7\"}",
        "{\"integer\":3000000000}",
        "{\"flag\":\"true\"}",
        "{\"flag\":1}",
        "{\"vector\":\"1\"}",
        "{\"vector\":[[1]]}",
        "{\"vector\":[null]}",
        "{\"vector\":[\"1\"]}"
      })
  void aValueOfAnotherKindIsRefused(String body) {
    assertEquals(ProblemType.INVALID_PROPERTY, refused(body).type());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "1e39", "-1e999"})
  void aComponentThatIsNotFiniteIsNamed(String component) {
    assertEquals(
        Problem.of(
            ProblemType.INVALID_VECTOR,
            "vector[1] is " + component + "; allowed are finite float32 numbers"),
        refused("{\"vector\":[0," + component + "]}"));
  }

  private Map<String, JsonRequest.Property> properties() {
    return Map.of(
        "text", json -> values.add(JsonRequest.text(json)),
        "integer", json -> values.add(JsonRequest.integer(json)),
        "flag", json -> values.add(JsonRequest.flag(json)),
        "vector", json -> values.add(JsonRequest.vector(json)));
  }

  private void read(String body) {
    JsonRequest.read(body.getBytes(StandardCharsets.UTF_8), properties());
  }

  private Problem refused(String body) {
    return assertThrows(ProblemException.class, () -> read(body)).problem();
  }
}
