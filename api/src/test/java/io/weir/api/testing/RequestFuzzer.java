package io.weir.api.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes requests that are nearly right: a right one, of which parts are changed, doubled, left out
 * or replaced by what readers of HTTP and JSON stumble over. The same seed makes the same requests.
 *
 * <p><b>Threads:</b> one.
 */
public final class RequestFuzzer {

  private static final List<String> METHODS =
      List.of("GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "get", "G\tT");

  private static final List<String> TARGETS =
      List.of(
          "/",
          "/livez",
          "/readyz",
          "/metrics",
          "/openapi.yaml",
          "/v1/stats",
          "/v1/checkpoints",
          "/v1/collections",
          "/v1/collections/docs",
          "/v1/collections/docs/search",
          "/v1/collections/docs/search?k=3&withVector=true",
          "/v1/collections/docs/search/batch",
          "/v1/collections/docs/vectors/a?asOf=0:1",
          "/v1/collections/docs/vectors/a%2Fb?minPosition=0:1",
          "/v1/collections/docs/vectors/get",
          "/v1/collections/docs/export?withVector=false",
          "/v1/collections/docs/export?filter=%7B%22must%22:%5B%7B%22keys%22:%5B%22a%22%5D%7D%5D%7D",
          "/v1/collections/docs/shards/0/resume",
          "/v1/collections/dogs/search");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/json",
          "Content-Type: application/octet-stream",
          "Content-Type: application/x-ndjson",
          "Accept: application/x-ndjson, */*;q=0.1",
          "Accept: application/octet-stream",
          "Accept-Encoding: gzip",
          "Expect: 100-continue",
          "Authorization: Bearer weir_x",
          "api-key: weir_x",
          "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "tracestate: a=b",
          "Content-Encoding: gzip",
          "Transfer-Encoding: chunked",
          "Content-Length: 3",
          "Range: bytes=0-1",
          "Upgrade: h2c",
          "Cookie: a=b",
          "X-Forwarded-For: 127.0.0.1");

  private static final List<String> BODIES =
      List.of(
          "{\"vector\":[1,0,0],\"k\":2}",
          "{\"key\":\"a\",\"withVector\":true,\"filter\":{\"mustNot\":[{\"keys\":[\"a\"]}]}}",
          "{\"searches\":[{\"key\":\"a\"},{\"vector\":[1,0,0],\"k\":1}]}",
          "{\"keys\":[\"a\",\"b\"],\"asOf\":{\"0\":2}}",
          "{\"vector\":[1,0,0],\"cursor\":true,\"k\":1}",
          "{\"after\":\"AAAAAAAAAAA_gAAAAAAAAGE\"}",
          "{\"key\":\"a\"}\n{\"key\":\"b\"}\n",
          "{\"acceptGap\":true,\"nextOffset\":7}",
          "{\"vector\":[1,0,0],\"minPosition\":{\"0\":1}}",
          "\u0000\u0000\u0080?\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
          "{}",
          "");

  private static final List<String> STUMBLES =
      List.of(
          "\r\n",
          "\r\n\r\n",
          "\n",
          "\r",
          "\0",
          "%",
          "%00",
          "%ff",
          "%2e%2e/",
          "//",
          "?",
          "&k=1",
          "=",
          " ",
          "\t",
          ":",
          ";q=9",
          "\"",
          "\\u0000",
          "\\ud800",
          "\u00e4\u00ff",
          "{",
          "[",
          "]}",
          "[[[[[[[[[[[[[[[[[[[[",
          "null",
          "NaN",
          "Infinity",
          "1e999",
          "-1",
          "99999999999999999999",
          "0.0000000000000000000000000000000001",
          "2147483648",
          ",",
          "x".repeat(300),
          "\u001b[31m");

  private final SplittableRandom random;

  /** Makes the requests of this seed. */
  public RequestFuzzer(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Returns the next request, or what is hardly one any more. */
  public byte[] next() {
    if (random.nextInt(50) == 0) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] body = bytes(changed(pick(BODIES), 3));
    String head =
        changed(
            pick(METHODS.subList(0, random.nextInt(4) == 0 ? METHODS.size() : 2))
                + " "
                + changed(pick(TARGETS), 6)
                + (random.nextInt(20) == 0 ? " HTTP/1.0" : " HTTP/1.1")
                + "\r\nHost: a\r\nConnection: close\r\n"
                + headers(body.length)
                + "\r\n",
            12);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes(head));
    request.writeBytes(body);
    return request.toByteArray();
  }

  private String headers(int bodyBytes) {
    StringBuilder headers = new StringBuilder();
    if (random.nextInt(8) != 0) {
      headers.append("Content-Length: ").append(bodyBytes).append("\r\n");
    }
    if (random.nextInt(3) != 0) {
      headers.append(HEADERS.getFirst()).append("\r\n");
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      headers.append(changed(pick(HEADERS), 4)).append("\r\n");
    }
    return headers.toString();
  }

  /** One time in so many with one change or several, else as it is. */
  private String changed(String text, int oneIn) {
    StringBuilder changed = new StringBuilder(text);
    if (random.nextInt(oneIn) == 0) {
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        change(changed);
      }
    }
    return changed.toString();
  }

  private void change(StringBuilder text) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(1, 8));
    switch (random.nextInt(5)) {
      case 0 -> text.insert(at, pick(STUMBLES));
      case 1 -> text.replace(at, end, pick(STUMBLES));
      case 2 -> text.delete(at, end);
      case 3 -> text.insert(at, text.substring(at, end).repeat(random.nextInt(1, 20)));
      default -> text.insert(at, (char) random.nextInt(256));
    }
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
