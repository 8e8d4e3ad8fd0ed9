package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.QdrantSettings;
import io.weir.api.QdrantSettings.Ids;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class RetrieveRoutesTest {

  private static final String PAYLOAD =
      "{\"a\":{\"b\":1.50,\"c\":[1,{\"d\":2,\"e\":3}]},\"f\":null, \"a.b\":true}";

  @TempDir private Path directory;

  private ApiFixture start(Ids ids) throws Exception {
    return ApiFixture.start(
        directory,
        settings -> settings.withQdrant(new QdrantSettings(true, ids)),
        FeedStatus.none());
  }

  @Test
  void pointsComeInTheOrderOfTheirIdsAndMissingOnesAreLeftOut() throws Exception {
    try (ApiFixture api = start(Ids.STRING)) {
      Points points = new Points(api, "docs");
      api.put("x", "{\"n\": 1.0}", 2, 0, 0);
      api.put("7", "", 0, 1, 0);
      String body = points.send("", "{\"ids\":[7,\"nowhere\",\"x\"]}").body();
      assertTrue(
          body.startsWith(
              "{\"result\":[{\"id\":\"7\",\"payload\":{}},{\"id\":\"x\",\"payload\":{\"n\": 1.0}}],"
                  + "\"status\":\"ok\",\"time\":"),
          body);
      assertEquals(
          "[{\"id\":\"x\",\"vector\":[2.0,0.0,0.0]}]",
          points
              .post("", "{\"ids\":[\"x\"],\"with_payload\":false,\"with_vector\":true}")
              .toString());
      assertEquals(
          "{\"id\":\"x\",\"payload\":{\"n\":1.0},\"vector\":[2.0,0.0,0.0]}",
          Points.result(api.get("/collections/docs/points/x?consistency=1&timeout=5")).toString());
      assertTrue(
          Points.error(404, api.get("/collections/docs/points/nowhere")).contains("'nowhere'"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[\"f\"]                     | {\"f\":null}",
        "[\"a.b\"]                   | {\"a\":{\"b\":1.50},\"a.b\":true}",
        "[\"a.c[].d\"]               | {\"a\":{\"c\":[{\"d\":2}]}}",
        "{\"include\":[\"a.c\",\"z\"]} | {\"a\":{\"c\":[1,{\"d\":2,\"e\":3}]}}",
        "{\"exclude\":[\"a\",\"a.b\"]} | {\"f\":null}",
        "{\"exclude\":[\"a.c.d\",\"f\"]} | {\"a\":{\"b\":1.50,\"c\":[1,{\"e\":3}]},\"a.b\":true}",
        "[]                          | {}",
      })
  void partsOfPayloadsComeAsTheyAreAskedFor(String selection, String payload) throws Exception {
    try (ApiFixture api = start(Ids.STRING)) {
      api.put("x", PAYLOAD, 1, 0, 0);
      String body =
          new Points(api, "docs")
              .send("", "{\"ids\":[\"x\"],\"with_payload\":" + selection + "}")
              .body();
      assertTrue(body.startsWith("{\"result\":[{\"id\":\"x\",\"payload\":" + payload + "}]"), body);
    }
  }

  @Test
  void numbersAreNumbersWhereThatIsWanted() throws Exception {
    try (ApiFixture api = start(Ids.UINT64)) {
      Points points = new Points(api, "docs");
      for (String key : new String[] {"18446744073709551615", "18446744073709551616", "0", "007"}) {
        api.put(key, "", 1, 0, 0);
      }
      assertEquals(
          "[{\"id\":18446744073709551615},{\"id\":\"18446744073709551616\"},{\"id\":0},"
              + "{\"id\":\"007\"}]",
          points
              .post(
                  "",
                  "{\"ids\":[18446744073709551615,\"18446744073709551616\",0,\"007\"],"
                      + "\"with_payload\":false}")
              .toString());
      assertTrue(
          Points.error(400, points.send("", "{\"ids\":[18446744073709551616]}"))
              .contains("ids[0] is the number 18446744073709551616"));
    }
  }

  @Test
  void keysAreUuidsWhereThatIsWanted() throws Exception {
    try (ApiFixture api = start(Ids.UUID5)) {
      Points points = new Points(api, "docs");
      String own = "01890a5d-ac96-774b-bcce-b302099a8057";
      // As uuid.uuid5(uuid.NAMESPACE_OID, "größe") of Python says.
      String made = "c8722a0f-5a4c-5923-a626-4d6d7e8866f7";
      api.put("größe", "", 1, 0, 0);
      api.put(own, "", 0, 1, 0);
      assertEquals(
          own + " " + made,
          Points.ids(
              points.post(
                  "",
                  "{\"ids\":[\"" + own.toUpperCase(Locale.ROOT) + "\",\"" + made + "\",\"x\"]}")));
      assertEquals(
          made, Points.result(api.get("/collections/docs/points/" + made)).path("id").asString());
      assertEquals(
          own, Points.ids(points.post("/query", "{\"query\":\"" + made + "\"}").path("points")));
      assertEquals(
          "{\"count\":1}",
          points
              .post("/count", "{\"filter\":{\"must\":{\"has_id\":[\"" + made + "\",\"x\"]}}}")
              .toString());
      assertTrue(Points.error(404, points.send("/query", "{\"query\":\"x\"}")).contains("'x'"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                        | ids is missing or empty",
        "{\"ids\":\"x\"}                           | ids is a string; it must be an array",
        "{\"ids\":[1.5]}                           | ids[0] is the number 1.5; it must be the id of a point",
        "{\"ids\":[-1]}                            | ids[0] is the number -1",
        "{\"ids\":[\"x\"],\"more\":1}              | property 'more' is not known",
        "{\"ids\":[\"x\"],\"shard_key\":\"s\"}     | shard_key is not supported by Weir",
        "{\"ids\":[\"x\"],\"with_vector\":[\"v\"]} | with_vector 'v' is not supported by Weir",
        "{\"ids\":[\"x\"],\"with_payload\":{}}     | with_payload must have one of include and exclude",
        "{\"ids\":[\"x\"],\"with_payload\":7}      | with_payload is the number 7",
      })
  void whatIsWrongIsNamed(String body, String error) throws Exception {
    try (ApiFixture api = start(Ids.STRING)) {
      String told = Points.error(400, new Points(api, "docs").send("", body));
      assertTrue(told.startsWith(error), told);
    }
  }
}
