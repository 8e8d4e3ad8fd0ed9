package io.weir.api.qdrant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.api.testing.ApiFixture;
import io.weir.api.testing.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(NoLeaks.class)
class ScrollRouteTest {

  @TempDir private Path directory;
  private ApiFixture api;
  private Points docs;

  @BeforeEach
  void start() throws IOException {
    api = ApiFixture.start(directory);
    docs = new Points(api, "docs");
  }

  @AfterEach
  void stop() throws IOException {
    api.close();
    assertEquals(0, api.store.openViews());
  }

  private void put(String... keys) throws IOException {
    for (String key : keys) {
      api.put(key, "{\"n\":1}", 1, 0, 0);
    }
  }

  /** One scroll of a client. */
  private final class Scroll {
    private final int limit;
    private String offset = "";
    private boolean over;

    Scroll(int limit) {
      this.limit = limit;
    }

    List<String> next() throws Exception {
      JsonNode page = docs.post("/scroll", "{\"limit\":" + limit + offset + "}");
      JsonNode next = page.path("next_page_offset");
      over = next.isNull();
      offset = ",\"offset\":" + next;
      List<String> ids = new ArrayList<>();
      page.path("points").forEach(point -> ids.add(point.path("id").asString()));
      return ids;
    }

    List<String> rest() throws Exception {
      List<String> ids = new ArrayList<>();
      while (!over) {
        ids.addAll(next());
      }
      return ids;
    }
  }

  @Test
  void pagesFollowEachOtherByTheIdOfTheNextPoint() throws Exception {
    put("a", "b", "c");
    api.put("docs", 4, "d", "", 1, 0, 0);
    assertEquals(
        "{\"points\":[{\"id\":\"a\",\"payload\":{\"n\":1}},{\"id\":\"b\",\"payload\":{\"n\":1}}],"
            + "\"next_page_offset\":\"c\"}",
        docs.post("/scroll", "{\"limit\":2,\"with_vector\":false,\"order_by\":null}").toString());
    assertEquals(
        "{\"points\":[{\"id\":\"c\",\"vector\":[1.0,0.0,0.0]},{\"id\":\"d\",\"vector\":[1.0,0.0,0.0]}],"
            + "\"next_page_offset\":null}",
        docs.post(
                "/scroll",
                "{\"limit\":2,\"offset\":\"c\",\"with_vector\":true,\"with_payload\":false}")
            .toString());
    assertEquals(List.of("a", "b", "c", "d"), new Scroll(3).rest());
    assertEquals(List.of("a", "b", "c", "d"), new Scroll(4).rest());
    assertEquals(List.of("a", "b", "c", "d"), new Scroll(1).rest());
  }

  @Test
  void aPageBeginsWhereItWasGoingToAlsoIfThatRowIsReplacedOrDeleted() throws Exception {
    put("a", "b", "c", "d", "e");
    Scroll replaced = new Scroll(2);
    assertEquals(List.of("a", "b"), replaced.next());
    put("c");
    assertEquals(List.of("d", "e", "c"), replaced.rest());

    Scroll deleted = new Scroll(1);
    assertEquals(List.of("a"), deleted.next());
    docs.delete("b");
    assertEquals(List.of("d", "e", "c"), deleted.rest());
  }

  @Test
  void twoScrollsWithTheSameRowBetweenTheirPagesLoseNothing() throws Exception {
    put("a", "b", "c", "d", "e");
    Scroll first = new Scroll(2);
    assertEquals(List.of("a", "b"), first.next());
    put("c");
    // Now c stands behind e: to the second scroll it cannot be given as the end of this page.
    Scroll second = new Scroll(4);
    assertEquals(List.of("a", "b", "d"), second.next());
    assertEquals(List.of("d", "e", "c"), first.rest());
    assertEquals(List.of("e", "c"), second.rest());
  }

  @Test
  void aScrollCanBeginAtAnyPointAndNotAtNone() throws Exception {
    put("a", "b", "c");
    assertEquals("b c", Points.ids(docs.post("/scroll", "{\"offset\":\"b\"}").path("points")));
    assertTrue(
        Points.error(400, docs.send("/scroll", "{\"offset\":\"z\"}"))
            .startsWith("offset: there is no point 'z'"));
  }

  @Test
  void aFilterHoldsForAllPages() throws Exception {
    put("a", "b", "c", "d");
    String filter = "{\"limit\":1,\"filter\":{\"must\":[{\"has_id\":[\"b\",\"d\"]}]}";
    JsonNode first = docs.post("/scroll", filter + "}");
    assertEquals("b", Points.ids(first.path("points")));
    assertEquals("d", first.path("next_page_offset").asString());
    JsonNode second = docs.post("/scroll", filter + ",\"offset\":\"d\"}");
    assertEquals("d", Points.ids(second.path("points")));
    assertTrue(second.path("next_page_offset").isNull());
  }

  @Test
  void rowsThatStayComeOnceWhateverHappensToOthers() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Set<String> stay = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      api.put("docs", i % 3, "stays" + i, "", 1, 0, 0);
      api.put("docs", i % 3, "moves" + i, "", 1, 0, 0);
      stay.add("stays" + i);
    }
    Set<String> seen = new TreeSet<>();
    List<Scroll> scrolls = List.of(new Scroll(3), new Scroll(7), new Scroll(7));
    List<Set<String>> found = List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    while (scrolls.stream().anyMatch(scroll -> !scroll.over)) {
      int which = random.nextInt(scrolls.size());
      if (!scrolls.get(which).over) {
        for (String id : scrolls.get(which).next()) {
          found.get(which).add(id);
          if (id.startsWith("stays")) {
            assertTrue(seen.add(which + id), () -> id + " came twice, seed " + seed);
          }
        }
      }
      int moved = random.nextInt(60);
      if (random.nextInt(3) == 0) {
        api.put("docs", moved % 3, "moves" + moved, "", 1, 0, 0);
      } else if (random.nextInt(20) == 0) {
        assertTrue(api.store.checkpoint().get().succeeded());
      }
    }
    for (Set<String> one : found) {
      assertTrue(one.containsAll(stay), () -> "rows are missing, seed " + seed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"limit\":0}               | limit is 0; allowed are 1 to 10000",
        "{\"limit\":10001}           | limit is 10001",
        "{\"order_by\":\"n\"}        | order_by is not supported by Weir",
        "{\"offset\":1.5}            | offset is the number 1.5",
        "{\"scroll\":1}              | property 'scroll' is not known",
      })
  void whatIsWrongIsNamed(String body, String error) throws Exception {
    String told = Points.error(400, docs.send("/scroll", body));
    assertTrue(told.startsWith(error), told);
  }

  @Test
  void placesAreForgottenWhenThereAreTooMany() {
    ScrollPlaces places = new ScrollPlaces();
    ScrollPlaces.Place first = new ScrollPlaces.Place(0, 0);
    for (int i = 0; i <= ScrollPlaces.MOST; i++) {
      assertTrue(places.offer("docs", "key" + i, first));
    }
    assertTrue(places.find("docs", "key0").isEmpty());
    assertEquals(first, places.find("docs", "key1").orElseThrow());
    assertTrue(!places.offer("docs", "key1", new ScrollPlaces.Place(0, 1)));
    assertTrue(places.find("dogs", "key1").isEmpty());
  }
}
