package io.weir.api.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.FieldRows;
import io.weir.api.testing.NoLeaks;
import io.weir.api.testing.TreeFieldReader;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.Field;
import io.weir.storage.field.FieldType;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Filters of searches, batches, pages and exports, over rows in memory and on the disk. */
@ExtendWith(NoLeaks.class)
class FilterTest {

  private static final String BATCH = "/v1/collections/docs/search/batch";
  private static final String SEARCH = "/v1/collections/docs/search";
  private static final String EXPORT = "/v1/collections/docs/export";
  private static final String FLOAT32 = "application/octet-stream";

  @TempDir private Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.start(directory);
    FieldRows.put(api);
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    assertEquals(0, api.store.openViews());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"field\":\"lang\",\"match\":\"en\"}                        | a e",
        "{\"match\":\"en\",\"field\":\"lang\"}                        | a e",
        "{\"field\":\"lang\",\"match\":\"xx\"}                        | ``",
        "{\"field\":\"lang\",\"any\":[\"en\",\"fr\",\"xx\"]}          | a c e",
        "{\"field\":\"lang\",\"range\":{\"gt\":\"de\",\"lte\":\"fr\"}} | a c e",
        "{\"field\":\"lang\",\"exists\":true}                         | a b c e",
        "{\"field\":\"lang\",\"exists\":false}                        | d f",
        "{\"field\":\"tags\",\"match\":\"log\"}                       | a",
        "{\"field\":\"tags\",\"prefix\":\"Kaf\"}                      | a",
        "{\"field\":\"tags\",\"prefix\":\"grö\"}                      | e",
        "{\"field\":\"tags\",\"prefix\":\"\"}                         | a e",
        "{\"field\":\"year\",\"match\":2020}                          | a",
        "{\"field\":\"year\",\"match\":2.02e3}                        | a",
        "{\"field\":\"year\",\"any\":[-7,1999.0]}                     | c d",
        "{\"field\":\"year\",\"range\":{\"gte\":2020,\"lt\":2024}}    | a b",
        "{\"field\":\"year\",\"range\":{\"gt\":2020}}                 | b d",
        "{\"field\":\"year\",\"range\":{\"lte\":1999}}                | c d",
        "{\"field\":\"year\",\"range\":{\"gt\":1999,\"lt\":2020}}     | ``",
        "{\"field\":\"score\",\"match\":0.5}                          | b",
        "{\"field\":\"score\",\"range\":{\"lt\":0}}                   | c",
        "{\"field\":\"score\",\"range\":{\"gte\":-1e300,\"lte\":1}}   | b c",
        "{\"field\":\"ok\",\"match\":true}                            | b e",
        "{\"field\":\"ok\",\"any\":[true,false]}                      | b c e",
        "{\"field\":\"ok\",\"exists\":false}                          | a d f",
        "{\"field\":\"at\",\"match\":\"2026-01-01T01:00:00+01:00\"}   | d",
        "{\"field\":\"at\",\"match\":1767225600000}                   | d",
        "{\"field\":\"at\",\"range\":{\"gte\":\"1970-01-01T00:00:00Z\",\"lt\":\"2026-01-01T00:00:00Z\"}} | e",
        "{\"keys\":[\"a\",\"f\",\"nowhere\"]}                         | a f",
        "{\"offset\":{\"gte\":1}}                                     | b c e f",
        "{\"offset\":{\"gt\":0,\"lt\":2},\"partition\":0}             | b",
        "{\"offset\":{\"lte\":1},\"partition\":2}                     | d e",
        "{\"offset\":{\"gte\":0},\"partition\":7}                     | ``",
        "{\"offset\":{\"lte\":9223372036854775807}}                   | a b c d e f",
        "{\"offset\":{\"gt\":9223372036854775807}}                    | ``",
        "{\"offset\":{\"lt\":-9223372036854775808}}                   | ``",
        "{\"timestamp\":{\"gt\":1000,\"lte\":1001}}                   | b e",
        "{\"timestamp\":{\"gte\":\"1970-01-01T00:00:01.002Z\"}}       | c f",
        "{\"timestamp\":{\"lt\":-9223372036854775808}}                | ``",
        "{\"timestamp\":{\"lte\":9223372036854775807}}                | a b c d e f",
        "{\"must\":[]}                                                | a b c d e f",
        "{\"should\":[],\"mustNot\":[]}                               | a b c d e f",
        "{\"mustNot\":[{\"field\":\"lang\",\"match\":\"en\"},{\"field\":\"lang\",\"exists\":false}]} | b c"
      })
  void eachConditionLetsItsRowsThrough(String condition, String keys) throws Exception {
    assertEquals(keys, found("{\"must\":[" + condition + "]}"));
    assertEquals(keys, found("{\"should\":[" + condition + "]}"));
    TreeSet<String> others = new TreeSet<>(List.of("a", "b", "c", "d", "e", "f"));
    others.removeAll(List.of(keys.split(" ")));
    assertEquals(String.join(" ", others), found("{\"mustNot\":[" + condition + "]}"));
    assertTrue(api.store.checkpoint().get().succeeded());
    assertEquals(keys, found("{\"must\":[" + condition + "]}"));
  }

  @Test
  void groupsAreWithinGroups() throws Exception {
    String english = "{\"field\":\"lang\",\"match\":\"en\"}";
    String early = "{\"field\":\"year\",\"range\":{\"lt\":2000}}";
    String keyed = "{\"keys\":[\"a\",\"b\",\"c\"]}";
    assertEquals("a", found("{\"must\":[" + english + "," + keyed + "]}"));
    assertEquals("a c d e", found("{\"should\":[" + english + "," + early + "]}"));
    assertEquals(
        "c",
        found(
            "{\"must\":["
                + keyed
                + "],\"should\":["
                + english
                + ","
                + early
                + "],\"mustNot\":["
                + "{\"field\":\"tags\",\"exists\":true}]}"));
    assertEquals(
        "b e f",
        found(
            "{\"must\":[{\"mustNot\":[{\"must\":["
                + english
                + ","
                + keyed
                + "]},{\"should\":["
                + early
                + "]}]}]}"));
  }

  /** Sixteen groups and a thousand conditions are within the limits, of the store, too. */
  @Test
  void filtersMayBeDeepAndWide() throws Exception {
    String condition = "{\"field\":\"lang\",\"match\":\"en\"}";
    StringBuilder deep = new StringBuilder(condition);
    for (int i = 0; i < 16; i++) {
      deep.insert(0, "{\"mustNot\":[").append("]}");
    }
    assertEquals("a e", found(deep.toString()));
    assertEquals(
        "a e", found("{\"should\":[" + (condition + ",").repeat(1_022) + condition + "]}"));
    assertEquals(
        "a e",
        found("{\"must\":[{\"field\":\"lang\",\"any\":[" + "\"en\",".repeat(1_023) + "\"en\"]}]}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "7                                        | invalid-property | filter is the number 7; it must be an object",
        "null                                     | invalid-property | filter is null; it must be an object",
        "{}                                       | invalid-filter   | filter is empty; allowed are must, should and mustNot, or",
        "{\"field\":\"lang\",\"match\":\"en\"}    | unknown-property | property 'field' of filter is not known; allowed are must, mustNot, should",
        "{\"must\":{}}                            | invalid-property | filter.must is an object; it must be an array",
        "{\"must\":[7]}                           | invalid-property | filter.must[0] is the number 7; it must be an object",
        "{\"must\":[{\"keys\":[\"a\"]},{}]}       | invalid-filter   | filter.must[1] is empty; allowed are",
        "{\"mustNot\":[{\"should\":[{\"mtch\":1}]}]} | unknown-property | property 'mtch' of filter.mustNot[0].should[0] is not known; allowed are any, exists, field, keys, match,",
        "{\"must\":[{\"match\":\"en\"}]}          | invalid-filter   | filter.must[0] has match; allowed are must, should and mustNot, or field with one of",
        "{\"must\":[{\"field\":\"lang\"}]}        | invalid-filter   | filter.must[0] has field; allowed are",
        "{\"must\":[{\"field\":\"lang\",\"match\":\"en\",\"exists\":true}]} | invalid-filter | filter.must[0] has exists, field, match; allowed are",
        "{\"must\":[{\"keys\":[\"a\"],\"must\":[]}]} | invalid-filter | filter.must[0] has keys, must; allowed are",
        "{\"must\":[{\"partition\":1}]}           | invalid-filter   | filter.must[0] has partition; allowed are",
        "{\"must\":[{\"field\":\"lnag\",\"match\":\"en\"}]} | undeclared-field | filter.must[0].field names the field 'lnag'; collection docs declares lang (keyword), year (long), score (double), ok (boolean), at (timestamp), tags (keyword). To filter by a field of payloads, declare it in the settings",
        "{\"must\":[{\"field\":\"lang\",\"match\":7}]} | invalid-filter | filter.must[0].match is the number 7; field 'lang' is of type keyword: it must be a string",
        "{\"must\":[{\"field\":\"lang\",\"match\":null}]} | invalid-property | filter.must[0].match is null; it must be a string, a number, true or false",
        "{\"must\":[{\"field\":\"lang\",\"match\":\"\\ud83d\"}]} | invalid-filter | filter.must[0].match is a string; field 'lang'",
        "{\"must\":[{\"field\":\"lang\",\"any\":[\"en\",true]}]} | invalid-filter | filter.must[0].any[1] is true; field 'lang' is of type keyword: it must be a string",
        "{\"must\":[{\"field\":\"lang\",\"any\":[]}]} | invalid-filter | filter.must[0].any is empty; give 1 to 1024 values",
        "{\"must\":[{\"field\":\"lang\",\"any\":\"en\"}]} | invalid-property | filter.must[0].any is a string; it must be an array",
        "{\"must\":[{\"field\":\"year\",\"match\":\"2020\"}]} | invalid-filter | filter.must[0].match is a string; field 'year' is of type long: it must be a whole number of 64 bits",
        "{\"must\":[{\"field\":\"year\",\"match\":1.5}]} | invalid-filter | filter.must[0].match is the number 1.5; field 'year' is of type long: it must be a whole number",
        "{\"must\":[{\"field\":\"year\",\"match\":9223372036854775808}]} | invalid-filter | filter.must[0].match is the number 9223372036854775808; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"match\":1e999999999}]} | invalid-filter | filter.must[0].match is the number 1e999999999; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"match\":NaN}]} | invalid-filter | filter.must[0].match is the number NaN; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"range\":{\"gte\":2020,\"lt\":\"x\"}}]} | invalid-filter | filter.must[0].range.lt is a string; field 'year' is of type long",
        "{\"must\":[{\"field\":\"year\",\"range\":{}}]} | invalid-filter | filter.must[0].range is empty; give gt or gte, lt or lte",
        "{\"must\":[{\"field\":\"year\",\"range\":{\"gt\":1,\"gte\":2}}]} | invalid-filter | filter.must[0].range has gt and gte; give one of them",
        "{\"must\":[{\"field\":\"year\",\"range\":{\"from\":1}}]} | unknown-property | property 'from' of filter.must[0].range is not known; allowed are gt, gte, lt, lte",
        "{\"must\":[{\"field\":\"year\",\"range\":[1,2]}]} | invalid-property | filter.must[0].range is an array; it must be an object",
        "{\"must\":[{\"field\":\"year\",\"prefix\":\"20\"}]} | invalid-filter | filter.must[0].prefix does not go with field 'year', which is of type long; it goes with fields of type keyword",
        "{\"must\":[{\"field\":\"ok\",\"range\":{\"gt\":false}}]} | invalid-filter | filter.must[0].range does not go with field 'ok', which is of type boolean; it goes with fields of type keyword, long, double, timestamp",
        "{\"must\":[{\"field\":\"ok\",\"match\":\"true\"}]} | invalid-filter | filter.must[0].match is a string; field 'ok' is of type boolean: it must be true or false",
        "{\"must\":[{\"field\":\"score\",\"match\":1e999}]} | invalid-filter | filter.must[0].match is the number 1e999; field 'score' is of type double: it must be a finite number",
        "{\"must\":[{\"field\":\"score\",\"match\":-1e999}]} | invalid-filter | filter.must[0].match is the number -1e999; field 'score'",
        "{\"must\":[{\"field\":\"score\",\"match\":NaN}]} | invalid-filter | filter.must[0].match is the number NaN; field 'score'",
        "{\"must\":[{\"field\":\"score\",\"match\":-INF}]} | invalid-filter | filter.must[0].match is the number -INF; field 'score' is of type double: it must be a finite number",
        "{\"must\":[{\"field\":\"score\",\"any\":[0,+INF]}]} | invalid-filter | filter.must[0].any[1] is the number +INF; field 'score'",
        "{\"must\":[{\"field\":\"score\",\"range\":{\"gte\":-Infinity,\"lt\":1}}]} | invalid-filter | filter.must[0].range.gte is the number -Infinity; field 'score'",
        "{\"must\":[{\"field\":\"score\",\"range\":{\"gte\":0,\"lte\":+Infinity}}]} | invalid-filter | filter.must[0].range.lte is the number +Infinity; field 'score'",
        "{\"must\":[{\"field\":\"score\",\"match\":\"NaN\"}]} | invalid-filter | filter.must[0].match is a string; field 'score'",
        "{\"must\":[{\"field\":\"year\",\"match\":-INF}]} | invalid-filter | filter.must[0].match is the number -INF; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"range\":{\"lt\":-9223372036854775809}}]} | invalid-filter | filter.must[0].range.lt is the number -9223372036854775809; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"range\":{\"gte\":0.5}}]} | invalid-filter | filter.must[0].range.gte is the number 0.5; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"match\":1e-2147483647}]} | invalid-filter | filter.must[0].match is the number 1e-2147483647; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"match\":1e2147483647}]} | invalid-filter | filter.must[0].match is the number 1e2147483647; field 'year'",
        "{\"must\":[{\"field\":\"year\",\"match\":1e99999999999}]} | invalid-filter | filter.must[0].match is the number 1e99999999999; field 'year'",
        "{\"must\":[{\"field\":\"at\",\"match\":NaN}]} | invalid-filter | filter.must[0].match is the number NaN; field 'at'",
        "{\"must\":[{\"field\":\"at\",\"range\":{\"gt\":1e19}}]} | invalid-filter | filter.must[0].range.gt is the number 1e19; field 'at'",
        "{\"must\":[{\"field\":\"at\",\"match\":\"2026-01-01\"}]} | invalid-filter | filter.must[0].match is a string; field 'at' is of type timestamp: it must be a moment such as 2026-01-31T12:00:00Z, or a whole number of milliseconds since the epoch",
        "{\"must\":[{\"field\":\"at\",\"exists\":1}]} | invalid-property | filter.must[0].exists is the number 1; it must be true or false",
        "{\"must\":[{\"field\":7,\"exists\":true}]} | invalid-property | filter.must[0].field is the number 7; it must be a string",
        "{\"must\":[{\"keys\":[]}]}               | invalid-filter   | filter.must[0].keys is empty",
        "{\"must\":[{\"keys\":[\"a\",7]}]}        | invalid-property | filter.must[0].keys[1] is the number 7; it must be a string",
        "{\"must\":[{\"keys\":[\"\\ude00\"]}]}    | invalid-filter   | filter.must[0].keys[0] is no Unicode text",
        "{\"must\":[{\"offset\":{\"gte\":1.5}}]}  | invalid-filter   | filter.must[0].offset.gte is the number 1.5; it must be a whole number of 64 bits",
        "{\"must\":[{\"offset\":{\"lt\":-INF}}]} | invalid-filter | filter.must[0].offset.lt is the number -INF; it must be a whole number of 64 bits",
        "{\"must\":[{\"offset\":{\"lt\":9223372036854775808}}]} | invalid-filter | filter.must[0].offset.lt is the number 9223372036854775808; it must be",
        "{\"must\":[{\"timestamp\":{\"gt\":+INF}}]} | invalid-filter | filter.must[0].timestamp.gt is the number +INF; it must be a moment such as",
        "{\"must\":[{\"offset\":{\"gte\":0},\"partition\":NaN}]} | invalid-property | filter.must[0].partition is the number NaN; it must be an integer",
        "{\"must\":[{\"offset\":{\"gte\":0},\"partition\":2147483648}]} | invalid-property | filter.must[0].partition is the number 2147483648; it must be an integer",
        "{\"must\":[{\"offset\":{\"gte\":0},\"partition\":-1}]} | invalid-filter | filter.must[0].partition is -1; it must not be negative",
        "{\"must\":[{\"offset\":{\"gte\":0},\"partition\":\"0\"}]} | invalid-property | filter.must[0].partition is a string; it must be an integer",
        "{\"must\":[{\"timestamp\":{\"gte\":\"yesterday\"}}]} | invalid-filter | filter.must[0].timestamp.gte is a string; it must be a moment such as"
      })
  void whatIsWrongIsNamedByItsPlace(String filter, String type, String detail) throws Exception {
    JsonNode problem = ApiFixture.problem(search(filter), 400, type);
    String told = problem.path("detail").asString();
    assertTrue(told.startsWith(detail), told);
  }

  @Test
  void limitsAreTold() throws Exception {
    String condition = "{\"keys\":[\"a\"]}";
    assertRefused(
        "{\"must\":[" + (condition + ",").repeat(1_023) + condition + "]}",
        "filter has more than 1024 groups and conditions");
    assertRefused(
        "{\"must\":[{\"field\":\"lang\",\"exists\":false}"
            + ",{\"field\":\"lang\",\"exists\":false}".repeat(511)
            + "]}",
        "filter has more than 1024 groups and conditions");
    StringBuilder deep = new StringBuilder(condition);
    for (int i = 0; i < 17; i++) {
      deep.insert(0, "{\"mustNot\":[").append("]}");
    }
    assertRefused(deep.toString(), "filter has 17 groups within each other; allowed are 16");
    String many = "\"a\",".repeat(1_024) + "\"a\"";
    JsonNode problem =
        ApiFixture.problem(
            search("{\"must\":[{\"keys\":[" + many + "]}]}"), 400, "invalid-property");
    assertEquals(
        "filter.must[0].keys has more than 1024 elements, which is the limit",
        problem.path("detail").asString());
  }

  private void assertRefused(String filter, String detail) throws Exception {
    JsonNode problem = ApiFixture.problem(search(filter), 400, "invalid-filter");
    assertTrue(problem.path("detail").asString().startsWith(detail), problem::toString);
  }

  @Test
  void aCollectionWithoutFieldsSaysSo() throws Exception {
    api.store.declare("bare", new VectorSchema(3, Metric.COSINE));
    JsonNode problem =
        ApiFixture.problem(
            api.post(
                "/v1/collections/bare/search",
                "{\"vector\":[1,0,0],\"filter\":{\"must\":[{\"field\":\"x\",\"exists\":true}]}}"),
            400,
            "undeclared-field");
    assertTrue(
        problem.path("detail").asString().contains("collection bare declares none. To filter"),
        problem::toString);
  }

  @Test
  void fieldsThatAreNotKnownYetAreAskedForAgain() throws Exception {
    VectorSchema schema = new VectorSchema(3, Metric.COSINE);
    DeclaredFields fields = TreeFieldReader.declared(new Field("lang", FieldType.KEYWORD));
    api.store.declare("found", schema, fields);
    api.put("found", 0, "a", "{\"lang\":\"en\"}", 1, 0, 0);
    assertTrue(api.store.checkpoint().get().succeeded());
    api.close();
    api = ApiFixture.start(directory);

    HttpResponse<String> refused = searchFound("{\"field\":\"lang\",\"match\":\"en\"}");
    JsonNode problem = ApiFixture.problem(refused, 503, "fields-unknown");
    assertTrue(
        problem
            .path("detail")
            .asString()
            .startsWith(
                "filter.must[0].field names the field 'lang'; which fields collection found has is"
                    + " not known yet: "),
        problem::toString);
    assertTrue(refused.headers().firstValueAsLong("Retry-After").orElse(0) >= 1);
    HttpResponse<String> points =
        api.post(
            "/collections/found/points/query",
            "{\"query\":[1,0,0],\"filter\":{\"must\":[{\"key\":\"lang\",\"match\":{\"value\":\"en\"}}]}}");
    assertEquals(503, points.statusCode(), points::body);
    assertTrue(points.headers().firstValueAsLong("Retry-After").orElse(0) >= 1);
    assertEquals("a", keys(ApiFixture.json(searchFound("{\"keys\":[\"a\",\"b\"]}"))));

    api.store.declare("found", schema, fields);
    assertEquals("a", keys(ApiFixture.json(searchFound("{\"field\":\"lang\",\"match\":\"en\"}"))));
    ApiFixture.problem(
        searchFound("{\"field\":\"land\",\"match\":\"en\"}"), 400, "undeclared-field");
  }

  private HttpResponse<String> searchFound(String condition) throws Exception {
    return api.post(
        "/v1/collections/found/search",
        "{\"vector\":[1,0,0],\"filter\":{\"must\":[" + condition + "]}}");
  }

  @Test
  void theFieldsAreDescribed() throws Exception {
    assertEquals(
        "{\"lang\":\"keyword\",\"year\":\"long\",\"score\":\"double\",\"ok\":\"boolean\","
            + "\"at\":\"timestamp\",\"tags\":\"keyword\"}",
        ApiFixture.json(api.get("/v1/collections/docs")).path("fields").toString());
  }

  @Test
  void eachSearchOfABatchHasItsOwn() throws Exception {
    String english = "{\"must\":[{\"field\":\"lang\",\"match\":\"en\"}]}";
    String others = "{\"mustNot\":[{\"field\":\"lang\",\"match\":\"en\"}]}";
    JsonNode answers =
        ApiFixture.json(
                api.post(
                    BATCH,
                    "{\"searches\":[{\"vector\":[1,0,0],\"filter\":"
                        + english
                        + "},{\"vector\":[1,0,0],\"filter\":"
                        + others
                        + "},{\"key\":\"a\"},{\"vector\":[1,0,0],\"k\":1,\"filter\":"
                        + english
                        + "}]}"))
            .path("answers");
    assertEquals("a e", keys(answers.path(0)));
    assertEquals("b c d f", keys(answers.path(1)));
    assertEquals("a b c d e f", keys(answers.path(2)));
    assertEquals("a", keys(answers.path(3)));

    JsonNode problem =
        ApiFixture.problem(
            api.post(
                BATCH,
                "application/x-ndjson",
                BodyPublishers.ofString(
                    "{\"key\":\"a\",\"filter\":"
                        + english
                        + "}\n{\"key\":\"a\",\"filter\":{\"must\":[{\"field\":\"no\",\"match\":1}]}}")),
            400,
            "undeclared-field");
    assertTrue(
        problem.path("detail").asString().startsWith("searches[1]: filter.must[0].field names"),
        problem::toString);
    ApiFixture.problem(
        api.post(
            BATCH + "?filter=" + encoded(english),
            "application/x-ndjson",
            BodyPublishers.ofString("{\"key\":\"a\"}")),
        400,
        "invalid-parameter");
  }

  @Test
  void float32BodiesHaveItInTheQuery() throws Exception {
    String query = "?k=5&filter=" + encoded("{\"must\":[{\"field\":\"lang\",\"match\":\"en\"}]}");
    byte[] vector = ApiFixture.float32(1, 0, 0);
    assertEquals(
        "a e",
        keys(
            ApiFixture.json(
                api.post(SEARCH + query, FLOAT32, BodyPublishers.ofByteArray(vector)))));
    assertEquals(
        "a e",
        keys(
            ApiFixture.json(api.post(BATCH + query, FLOAT32, BodyPublishers.ofByteArray(vector)))
                .path("answers")
                .path(0)));
    for (String bad : List.of("{\"must\":[", "{\"ef\":1}", "7", "{\"must\":[{\"keys\":7}]}")) {
      JsonNode problem =
          ApiFixture.problem(
              api.post(
                  SEARCH + "?filter=" + encoded(bad), FLOAT32, BodyPublishers.ofByteArray(vector)),
              400,
              "invalid-parameter");
      assertTrue(
          problem.path("detail").asString().startsWith("query parameter filter: "),
          problem::toString);
    }
    ApiFixture.problem(
        api.post(SEARCH + "?filter=%7B%7D", FLOAT32, BodyPublishers.ofByteArray(vector)),
        400,
        "invalid-filter");
  }

  @Test
  void pagesHaveTheFilterOfTheFirst() throws Exception {
    for (int i = 0; i < 20; i++) {
      String lang = i % 2 == 0 ? "en" : "de";
      api.put("docs", i % 3, "p" + i, "{\"lang\":\"" + lang + "\"}", 1, i % 5, 1);
    }
    String start =
        "{\"vector\":[1,0.5,0.25],\"filter\":{\"must\":[{\"field\":\"lang\",\"match\":\"en\"}]}";
    List<String> whole = new ArrayList<>();
    ApiFixture.json(api.search(start + ",\"k\":1000}"))
        .path("hits")
        .forEach(hit -> whole.add(hit.path("key").asString()));
    assertEquals(12, whole.size());
    List<String> pages = new ArrayList<>();
    JsonNode page = ApiFixture.json(api.search(start + ",\"k\":5,\"cursor\":true}"));
    while (true) {
      page.path("hits").forEach(hit -> pages.add(hit.path("key").asString()));
      if (page.path("cursor").isNull()) {
        break;
      }
      api.put("late" + pages.size(), "{\"lang\":\"en\"}", 1, 0.5f, 0.25f);
      assertTrue(api.store.checkpoint().get().succeeded());
      page =
          ApiFixture.json(
              api.search("{\"after\":\"" + page.path("cursor").asString() + "\",\"k\":4}"));
    }
    assertEquals(whole, pages);
    ApiFixture.problem(
        api.search("{\"after\":\"AAAA\",\"filter\":{\"must\":[]}}"), 400, "invalid-property");
  }

  @Test
  void anExportHasTheRowsThatItLetsThrough() throws Exception {
    String filter = encoded("{\"mustNot\":[{\"field\":\"lang\",\"exists\":false}]}");
    HttpResponse<String> lines = api.get(EXPORT + "?withVector=false&filter=" + filter);
    assertEquals(200, lines.statusCode(), lines::body);
    JsonMapper json = new JsonMapper();
    assertEquals(
        List.of("a", "b", "c", "e"),
        lines.body().lines().map(line -> json.readTree(line).path("key").asString()).toList());
    HttpResponse<byte[]> framed =
        api.client()
            .send(
                HttpRequest.newBuilder(api.uri(EXPORT + "?filter=" + filter))
                    .header("Accept", FLOAT32)
                    .timeout(ApiFixture.PATIENCE)
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    byte[] body = framed.body();
    assertEquals(4, body[body.length - Long.BYTES], "number of rows");
    ApiFixture.problem(api.get(EXPORT + "?filter=%7B%7D"), 400, "invalid-filter");
    ApiFixture.problem(api.get(EXPORT + "?filter=x"), 400, "invalid-parameter");
  }

  @Test
  void fieldsThatAreDeclaredAnewMeanwhileAreNoFaultOfTheVector() throws Exception {
    api.store.beforeSearch = _ -> api.store.declare("docs", new VectorSchema(3, Metric.COSINE));
    JsonNode problem =
        ApiFixture.problem(
            search("{\"must\":[{\"field\":\"lang\",\"match\":\"en\"}]}"), 400, "invalid-filter");
    assertTrue(
        problem
            .path("detail")
            .asString()
            .startsWith("filter does not fit the fields any more, which have been declared anew"),
        problem::toString);
  }

  @Test
  void aBugInASearchWithAFilterIsNoFaultOfTheClients() throws Exception {
    api.store.beforeSearch =
        _ -> {
          throw new IllegalArgumentException("a bug");
        };
    String english = "{\"must\":[{\"field\":\"lang\",\"match\":\"en\"}]}";
    ApiFixture.problem(search(english), 500, "internal");
    ApiFixture.problem(
        api.post(BATCH, "{\"searches\":[{\"key\":\"a\",\"filter\":" + english + "}]}"),
        500,
        "internal");
  }

  private static String encoded(String filter) {
    return URLEncoder.encode(filter, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<String> search(String filter) throws Exception {
    return api.search("{\"vector\":[1,0,0],\"k\":1000,\"filter\":" + filter + "}");
  }

  private String found(String filter) throws Exception {
    return keys(ApiFixture.json(search(filter)));
  }

  private static String keys(JsonNode answer) {
    TreeSet<String> keys = new TreeSet<>();
    answer.path("hits").forEach(hit -> keys.add(hit.path("key").asString()));
    return String.join(" ", keys);
  }
}
