package io.weir.api.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class ManyVectorsRouteTest {

  private static final String GET = "/v1/collections/docs/vectors/get";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    api.put("a", "{\"n\":1}", 1, 0, 0);
    api.put("docs", 1, "b", "", 0, 1, 0);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    assertEquals(0, api.store.openViews());
  }

  @Test
  void whatIsFoundComesInTheOrderOfTheKeysAndWhatIsNotIsNamed() throws Exception {
    assertEquals(
        "{\"found\":["
            + "{\"key\":\"b\",\"partition\":1,\"offset\":0,\"timestamp\":1000,"
            + "\"vector\":[0.0,1.0,0.0],\"payload\":null},"
            + "{\"key\":\"a\",\"partition\":0,\"offset\":0,\"timestamp\":1000,"
            + "\"vector\":[1.0,0.0,0.0],\"payload\":{\"n\":1}}],"
            + "\"missing\":[\"z\",\"\"],\"position\":{\"0\":1,\"1\":1},\"lag\":{}}",
        api.post(GET, "{\"keys\":[\"z\",\"b\",\"a\",\"b\",\"\"]}").body());
  }

  @Test
  void vectorsAndPayloadsCanBeLeftOut() throws Exception {
    assertEquals(
        "{\"key\":\"a\",\"partition\":0,\"offset\":0,\"timestamp\":1000}",
        ApiFixture.json(
                api.post(GET, "{\"keys\":[\"a\"],\"withVector\":false,\"withPayload\":false}"))
            .path("found")
            .path(0)
            .toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                        | invalid-property",
        "{\"keys\":[]}             | invalid-property",
        "{\"keys\":\"a\"}          | invalid-property",
        "{\"keys\":[1]}            | invalid-property",
        "{\"keys\":[\"a\",null]}   | invalid-property",
        "{\"keys\":[\"a\"],\"k\":1}| unknown-property",
        "[\"a\"]                   | malformed-json"
      })
  void aBadBodyIsAProblem(String body, String type) throws Exception {
    ApiFixture.problem(api.post(GET, body), 400, type);
  }

  @Test
  void moreKeysThanTheLimitAreRefused() throws Exception {
    String key = "\"a\",";
    ApiFixture.json(api.post(GET, "{\"keys\":[" + key.repeat(999) + "\"b\"]}"));
    ApiFixture.problem(
        api.post(GET, "{\"keys\":[" + key.repeat(1_000) + "\"b\"]}"), 400, "invalid-property");
  }

  @Test
  void aBodyOfAnotherTypeIsAProblem() throws Exception {
    ApiFixture.problem(
        api.post(GET, "text/plain", BodyPublishers.ofString("{\"keys\":[\"a\"]}")),
        415,
        "unsupported-content-type");
  }
}
