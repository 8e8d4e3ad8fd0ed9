package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class JsonBodyTest {

  @Test
  void aDocumentBeyondTheLimitIsRefused() {
    String mebibyte = "x".repeat(1 << 20);
    ProblemException refused =
        assertThrows(
            ProblemException.class,
            () ->
                JsonBody.of(json -> {
                  json.writeStartArray();
                  for (int i = 0; i < 65; i++) {
                    json.writeString(mebibyte);
                  }
                  json.writeEndArray();
                }));
    assertEquals(ProblemType.ANSWER_TOO_LARGE, refused.problem().type());
  }
}
