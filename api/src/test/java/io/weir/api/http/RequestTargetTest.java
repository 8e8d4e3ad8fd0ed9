package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTargetTest {

  @Test
  void anEscapedSlashStaysWithinItsSegment() {
    assertEquals(List.of("a", "b/c", "d"), RequestTarget.parse("/a/b%2Fc/d").segments());
  }

  @Test
  void thePathStaysAsItWasSent() {
    assertEquals("/a/b%2fc", RequestTarget.parse("/a/b%2fc?x=1").path());
  }

  @Test
  void escapesAreUtf8() {
    assertEquals(
        List.of("ключ 🚀"),
        RequestTarget.parse("/%D0%BA%D0%BB%D1%8E%D1%87%20%F0%9F%9A%80").segments());
  }

  @Test
  void aPlusIsAPlus() {
    RequestTarget target = RequestTarget.parse("/a+b?c=d+e");
    assertEquals(List.of("a+b"), target.segments());
    assertEquals(Map.of("c", "d+e"), target.parameters());
  }

  @Test
  void aParameterWithoutValueIsEmpty() {
    assertEquals(Map.of("a", "", "b", ""), RequestTarget.parse("/?a&b=&").parameters());
  }

  @Test
  void theAddressThatAClientOfAProxySendsIsLeftOut() {
    assertEquals("/a", RequestTarget.parse("http://host:8080/a").path());
    assertEquals("/", RequestTarget.parse("https://host").path());
  }

  @Test
  void everyKeyComesBackFromItsEscapedForm() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      String key =
          random
              .ints(0, 0x11_0000)
              .filter(c -> c < 0xD800 || c > 0xDFFF)
              .limit(1 + random.nextInt(20))
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String escaped = URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
      assertEquals(
          List.of("x", key),
          RequestTarget.parse("/x/" + escaped).segments(),
          () -> "rerun with -Dweir.seed=" + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/%", "/%4", "/%4x", "/%x4", "/a?b=%", "/%ff", "/%ED%A0%80", "/\u00e9", "*", "a"})
  void whatIsNotAPathIsRefused(String uri) {
    ProblemException refused = assertThrows(ProblemException.class, () -> RequestTarget.parse(uri));
    assertEquals(ProblemType.MALFORMED_REQUEST, refused.problem().type());
  }

  @Test
  void aDoubledParameterIsRefused() {
    ProblemException refused =
        assertThrows(ProblemException.class, () -> RequestTarget.parse("/?k=1&k=2"));
    assertEquals(ProblemType.INVALID_PARAMETER, refused.problem().type());
  }
}
