package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.FieldRows;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters in Qdrant's grammar, over rows in memory and on the disk. */
@ExtendWith(NoLeaks.class)
class PointFilterTest {

  @TempDir private Path directory;
  private ApiFixture api;
  private Points docs;

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.start(directory);
    docs = new Points(api, "docs");
    FieldRows.put(api);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                                                       | a b c d e f",
        "{\"must\":[]}                                                            | a b c d e f",
        "{\"must\":null,\"should\":[],\"must_not\":[]}                            | a b c d e f",
        "{\"must\":{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}}                   | a e",
        "{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}                 | a e",
        "{\"must\":[{\"match\":{\"value\":2020},\"key\":\"year\"}]}                 | a",
        "{\"must\":[{\"key\":\"ok\",\"match\":{\"value\":true}}]}                   | b e",
        "{\"must\":[{\"key\":\"lang\",\"match\":{\"any\":[\"en\",\"fr\"]}}]}          | a c e",
        "{\"must\":[{\"key\":\"year\",\"match\":{\"any\":[2020,2024]}}]}            | a d",
        "{\"must\":[{\"key\":\"lang\",\"match\":{\"any\":[]}}]}                     | ``",
        "{\"must\":[{\"key\":\"lang\",\"match\":{\"except\":[\"en\",\"fr\",\"x\"]}}]} | b",
        "{\"must\":[{\"key\":\"tags\",\"match\":{\"except\":[\"Kafka\"]}}]}         | a e",
        "{\"must\":[{\"key\":\"tags\",\"match\":{\"except\":[\"Kafka\",\"log\"]}}]} | e",
        "{\"must\":[{\"key\":\"year\",\"match\":{\"except\":[1999,2020]}}]}         | b c d",
        "{\"must\":[{\"key\":\"year\",\"match\":{\"except\":[]}}]}                  | a b c d",
        "{\"must\":[{\"key\":\"year\",\"range\":{\"gt\":null,\"gte\":2020,\"lt\":2024}}]} | a b",
        "{\"must\":[{\"key\":\"score\",\"range\":{\"lt\":0}}]}                      | c",
        "{\"must\":[{\"key\":\"at\",\"range\":{\"gte\":\"2026-01-01T00:00:00Z\"}}]} | d",
        "{\"must\":[{\"is_empty\":{\"key\":\"lang\"}}]}                             | d f",
        "{\"must\":[{\"key\":\"lang\",\"is_empty\":false}]}                         | a b c e",
        "{\"must\":[{\"key\":\"tags\",\"values_count\":{\"gte\":1}}]}               | a e",
        "{\"must\":[{\"key\":\"tags\",\"values_count\":{\"gt\":0,\"lt\":null}}]}    | a e",
        "{\"must\":[{\"key\":\"tags\",\"values_count\":{\"lt\":1}}]}                | b c d f",
        "{\"must\":[{\"key\":\"tags\",\"values_count\":{\"gte\":0}}]}               | a b c d e f",
        "{\"must\":[{\"key\":\"tags\",\"values_count\":{\"gte\":3,\"lt\":2}}]}      | ``",
        "{\"must\":[{\"has_id\":[\"a\",\"f\",\"z\"]}]}                              | a f",
        "{\"must\":[{\"has_id\":[]}]}                                             | ``",
        "{\"must_not\":[{\"has_id\":[\"a\"]},{\"is_empty\":{\"key\":\"lang\"}}]}      | b c e",
        "{\"should\":[{\"has_id\":[\"a\"]},{\"key\":\"ok\",\"match\":{\"value\":false}}]} | a c",
        "{\"should\":{\"has_id\":[\"a\",\"b\"]},\"must_not\":{\"has_id\":[\"a\"]}}    | b",
        "{\"must\":[{\"should\":[{\"has_id\":[\"a\"]},{\"must\":{\"has_id\":[\"b\"]}}]}]} | a b",
      })
  void rowsThatMeetIt(String filter, String expected) throws Exception {
    assertEquals(
        expected == null ? "" : expected,
        Points.ids(docs.post("/scroll", "{\"filter\":" + filter + "}").path("points")));
    String count = docs.post("/count", "{\"exact\":false,\"filter\":" + filter + "}").toString();
    int rows = expected == null || expected.isEmpty() ? 0 : expected.split(" ").length;
    assertEquals("{\"count\":" + rows + "}", count);
  }

  @ParameterizedTest
  @CsvSource({"0, a b c d e f", "1, a b c e", "2, a b e", "3, ''", "7, ''"})
  void atLeastSoManyOfSomeConditions(int least, String expected) throws Exception {
    String filter =
        "{\"min_should\":{\"min_count\":"
            + least
            + ",\"conditions\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}},"
            + "{\"has_id\":[\"a\",\"b\"]},{\"key\":\"ok\",\"match\":{\"any\":[true,false]}}]}}";
    assertEquals(
        expected, Points.ids(docs.post("/scroll", "{\"filter\":" + filter + "}").path("points")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"key\":\"land\",\"match\":{\"value\":\"x\"}}  | filter.must[0].key names the field 'land'; collection docs declares lang (keyword)",
        "{\"key\":\"lang\",\"match\":{\"value\":7}}      | filter.must[0].match.value is the number 7; field 'lang' is of type keyword",
        "{\"key\":\"lang\",\"match\":{\"text\":\"en\"}}  | filter.must[0].match.text is not supported by Weir",
        "{\"key\":\"lang\",\"match\":{}}                 | filter.must[0].match must have one of value, any and except",
        "{\"key\":\"lang\",\"range\":{\"lt\":1}}         | filter.must[0].range does not go with field 'lang'",
        "{\"key\":\"score\",\"match\":{\"value\":1}}     | filter.must[0].match does not go with field 'score'",
        "{\"key\":\"ok\",\"match\":{\"except\":[true]}}  | filter.must[0].match.except does not go with field 'ok'",
        "{\"key\":\"lang\",\"values_count\":{\"gt\":1}}  | filter.must[0].values_count can only tell rows that have a value",
        "{\"key\":\"lang\",\"geo_radius\":{}}            | filter.must[0].geo_radius is not supported by Weir",
        "{\"is_null\":{\"key\":\"lang\"}}                | filter.must[0].is_null is not supported by Weir",
        "{\"nested\":{\"key\":\"a\",\"filter\":{}}}      | filter.must[0].nested is not supported by Weir",
        "{\"key\":\"lang\"}                              | filter.must[0] has key; allowed are",
        "{\"has_id\":[1.5]}                              | filter.must[0].has_id[0] is the number 1.5",
        "{\"more\":1}                                    | property 'more' of filter.must[0] is not known",
        "{\"min_should\":{\"conditions\":[]}}              | filter.must[0].min_should.min_count is missing",
      })
  void whatCannotBeToldIsNamed(String condition, String error) throws Exception {
    String told =
        Points.error(400, docs.send("/count", "{\"filter\":{\"must\":[" + condition + "]}}"));
    assertTrue(told.startsWith(error), told);
  }

  @Test
  void combinationsHaveALimit() throws Exception {
    String conditions = String.join(",", Collections.nCopies(20, "{\"has_id\":[\"a\"]}"));
    String told =
        Points.error(
            400,
            docs.send(
                "/count",
                "{\"filter\":{\"min_should\":{\"min_count\":10,\"conditions\":["
                    + conditions
                    + "]}}}"));
    assertTrue(told.startsWith("filter.min_should asks for 10 of 20 conditions"), told);
  }
}
