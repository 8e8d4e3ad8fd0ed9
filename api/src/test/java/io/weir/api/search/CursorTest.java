package io.weir.api.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.FeedStatus;
import io.weir.api.ViewSettings;
import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.Eventually;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class CursorTest {

  private static final int ROWS = 50;
  private static final String SEARCH = "{\"vector\":[1,0.5,0.25]";
  private static final Duration LONG = Duration.ofMinutes(5);

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // each test starts it, with settings of its own
  private ApiFixture api;

  private void start(int cursors, Duration idle, Duration maxAge) throws IOException {
    ViewSettings views = new ViewSettings(cursors, idle, maxAge, 1, LONG);
    api = ApiFixture.start(directory, settings -> settings.withViews(views), FeedStatus.none());
    for (int i = 0; i < ROWS; i++) {
      // Some scores are equal.
      api.put("docs", i % 2, "key-" + i, "{\"n\":" + i + "}", 1, i % 10, 1);
    }
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
  }

  @Test
  void pagesAreOfTheFirstOnesViewWhateverChangesMeanwhile() throws Exception {
    start(4, LONG, LONG);
    List<String> whole = keys(ApiFixture.json(api.search(SEARCH + ",\"k\":1000}")));
    List<String> pages = new ArrayList<>();
    JsonNode page =
        ApiFixture.json(api.search(SEARCH + ",\"k\":7,\"cursor\":true,\"withVector\":true}"));
    String position = page.path("position").toString();
    int number = 0;
    while (!page.path("cursor").isNull()) {
      pages.addAll(keys(page));
      api.put("docs", 0, "key-" + (2 * number), "{}", 9, 9, 9);
      if (number++ % 3 == 0) {
        assertTrue(api.store.checkpoint().get().succeeded());
        assertTrue(api.store.compact().get().succeeded());
      }
      String after =
          "{\"after\":\"" + page.path("cursor").asString() + (number == 2 ? "\",\"k\":11}" : "\"}");
      page = ApiFixture.json(api.search(after));
      if (!page.path("cursor").isNull()) {
        JsonNode again = ApiFixture.json(api.search(after));
        assertEquals(again.path("hits"), page.path("hits"));
      }
      assertEquals(position, page.path("position").toString());
      assertTrue(page.path("hits").path(0).has("vector"), page::toString);
    }
    pages.addAll(keys(page));
    assertEquals(whole, pages);
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
  }

  @Test
  void aCursorThatIsNotUsedExpires() throws Exception {
    start(1, Duration.ofMillis(300), LONG);
    String cursor = open();
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
    ApiFixture.problem(after(cursor), 410, "cursor-expired");
    open();
  }

  @Test
  void aCursorThatIsUsedExpiresOfAge() throws Exception {
    start(1, LONG, Duration.ofMillis(700));
    String cursor = open();
    Eventually.holds(
        "it is too old",
        () -> {
          try {
            return after(cursor).statusCode() == 410;
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertEquals(0, api.store.openViews());
  }

  @Test
  void cursorsBeyondTheLimitAreRefusedAndHoldNothing() throws Exception {
    start(2, LONG, LONG);
    open();
    open();
    ApiFixture.problem(api.search(SEARCH + ",\"k\":7,\"cursor\":true}"), 503, "overloaded");
    assertEquals(2, api.store.openViews());
  }

  @Test
  void aSearchThatFailsOrIsWholeHoldsNothing() throws Exception {
    start(1, LONG, LONG);
    ApiFixture.problem(api.search("{\"vector\":[1],\"cursor\":true}"), 400, "wrong-dimension");
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
    JsonNode whole = ApiFixture.json(api.search(SEARCH + ",\"k\":100,\"cursor\":true}"));
    assertTrue(whole.path("cursor").isNull(), whole::toString);
    Eventually.holds("the view is released", () -> api.store.openViews() == 0);
  }

  @Test
  void whatIsNoCursorIsExpired() throws Exception {
    start(1, LONG, LONG);
    String cursor = open();
    for (String bad :
        List.of("", "AAAA", "!", cursor.substring(0, 12), "A" + cursor.substring(1))) {
      if (!bad.equals(cursor)) {
        ApiFixture.problem(after(bad), 410, "cursor-expired");
      }
    }
    ApiFixture.problem(
        api.search("{\"after\":\"" + cursor + "\",\"withVector\":true}"), 400, "invalid-property");
  }

  @Test
  void anOffsetPassesOverTheNearest() throws Exception {
    start(1, LONG, LONG);
    List<String> whole = keys(ApiFixture.json(api.search(SEARCH + ",\"k\":50}")));
    assertEquals(
        whole.subList(20, 25),
        keys(ApiFixture.json(api.search(SEARCH + ",\"k\":5,\"offset\":20}"))));
    assertEquals(List.of(), keys(ApiFixture.json(api.search(SEARCH + ",\"k\":5,\"offset\":60}"))));
    JsonNode page = ApiFixture.json(api.search(SEARCH + ",\"k\":5,\"offset\":20,\"cursor\":true}"));
    assertEquals(whole.subList(20, 25), keys(page));
    assertEquals(
        whole.subList(25, 30), keys(ApiFixture.json(after(page.path("cursor").asString()))));
    ApiFixture.problem(api.search(SEARCH + ",\"k\":5,\"offset\":996}"), 400, "invalid-property");
    ApiFixture.problem(api.search(SEARCH + ",\"offset\":-1}"), 400, "invalid-property");
  }

  private String open() throws Exception {
    JsonNode page = ApiFixture.json(api.search(SEARCH + ",\"k\":7,\"cursor\":true}"));
    assertTrue(page.path("cursor").isString(), page::toString);
    return page.path("cursor").asString();
  }

  private HttpResponse<String> after(String cursor) throws IOException, InterruptedException {
    return api.search("{\"after\":\"" + cursor + "\"}");
  }

  private static List<String> keys(JsonNode answer) {
    List<String> keys = new ArrayList<>();
    answer.path("hits").forEach(hit -> keys.add(hit.path("key").asString()));
    return keys;
  }
}
