package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class RouterTest {

  private final Route list = Route.get("/v1/things", _ -> Mono.empty());
  private final Route make = Route.post("/v1/things", _ -> Mono.empty());
  private final Route one = Route.get("/v1/things/{thing}", _ -> Mono.empty());
  private final Route search = Route.post("/v1/things/{thing}/search", _ -> Mono.empty());
  private final Router router = new Router(List.of(list, make, one, search), Optional.empty());

  @Test
  void methodAndPathPickTheRoute() {
    assertEquals(
        new Router.Match.Found(make, Map.of()), router.find("POST", List.of("v1", "things")));
  }

  @Test
  void headIsServedByTheRouteOfGet() {
    assertEquals(
        new Router.Match.Found(list, Map.of()), router.find("HEAD", List.of("v1", "things")));
  }

  @Test
  void aParameterTakesItsSegment() {
    assertEquals(
        new Router.Match.Found(one, Map.of("thing", "a/b")),
        router.find("GET", List.of("v1", "things", "a/b")));
  }

  @Test
  void aParameterIsNotEmpty() {
    assertInstanceOf(Router.Match.Nothing.class, router.find("GET", List.of("v1", "things", "")));
  }

  @Test
  void anotherMethodIsToldWhichAreAllowed() {
    assertEquals(
        new Router.Match.WrongMethod("/v1/things", "GET, HEAD, POST"),
        router.find("DELETE", List.of("v1", "things")));
    assertEquals(
        new Router.Match.WrongMethod("/v1/things/{thing}/search", "POST"),
        router.find("HEAD", List.of("v1", "things", "a", "search")));
  }

  @Test
  void aLongerPathIsUnknown() {
    assertInstanceOf(
        Router.Match.Nothing.class, router.find("GET", List.of("v1", "things", "a", "b")));
  }

  @Test
  void aTemplateBeginsWithASlash() {
    assertThrows(IllegalArgumentException.class, () -> PathTemplate.of("v1"));
  }
}
