package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JdkRecordsTest {

  private static final JdkMethod METHOD =
      new JdkMethod(
          "java.util.Map.Entry#getKey()",
          "java.base",
          "java.util",
          "Map.Entry",
          "getKey",
          List.of(),
          "K",
          JdkMethod.Kind.ABSTRACT);

  private final RecordSource records = new JdkRecords(List.of(METHOD));

  @Test
  void usesTheMethodsKeyAsUtf8() {
    assertArrayEquals(METHOD.key().getBytes(StandardCharsets.UTF_8), records.key(0));
  }

  @Test
  void writesTheVectorSoThatNoBitIsLost() {
    JsonNode vector = new JsonMapper().readTree(records.value(0)).path("vector");
    float[] expected = HashingEmbedder.embed(METHOD);
    assertEquals(expected.length, vector.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], Float.parseFloat(vector.path(i).asString()));
    }
  }

  @Test
  void describesTheMethodInThePayload() {
    assertEquals(
        "{\"module\":\"java.base\",\"package\":\"java.util\",\"class\":\"Map.Entry\","
            + "\"method\":\"getKey\",\"kind\":\"abstract method\",\"returns\":\"K\"}",
        new JsonMapper().readTree(records.value(0)).path("payload").toString());
  }

  @Test
  void allOfThePayloadCanBeFilteredBy() {
    assertEquals(
        List.copyOf(new JsonMapper().readTree(records.value(0)).path("payload").propertyNames()),
        JdkRecords.FIELDS.stream().map(Field::name).toList());
  }

  @Test
  void theExampleFilterIsOneOfItsFields() {
    JsonNode condition =
        new JsonMapper()
            .readTree(DemoStream.ofJdk().exampleFilter().orElseThrow())
            .path("must")
            .path(0);
    assertTrue(
        JdkRecords.FIELDS.contains(
            new Field(condition.path("field").asString(), FieldType.KEYWORD)),
        condition::toString);
  }
}
