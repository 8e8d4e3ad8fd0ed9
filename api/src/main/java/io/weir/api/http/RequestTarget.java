package io.weir.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The path and the query of a request line, split first and then unescaped, so that an escaped
 * slash stays within its segment.
 *
 * @param path the path as it was sent
 * @param segments what stands between the slashes, unescaped
 * @param parameters the query's parameters, unescaped; {@code +} is a plus
 */
record RequestTarget(String path, List<String> segments, Map<String, String> parameters) {

  /**
   * Reads a request line's target.
   *
   * @throws ProblemException if it is not a path, if an escape is not two hexadecimal digits, if
   *     unescaped bytes are not UTF-8, or if a parameter comes twice
   */
  static RequestTarget parse(String uri) {
    String target = withoutAuthority(uri);
    if (!target.startsWith("/")) {
      throw malformed("the request target must begin with a slash");
    }
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    List<String> segments = new ArrayList<>();
    for (String segment : path.substring(1).split("/", -1)) {
      segments.add(unescape(segment));
    }
    Map<String, String> parameters =
        question < 0 ? Map.of() : parameters(target.substring(question + 1));
    return new RequestTarget(path, segments, parameters);
  }

  /** The path of a target that may be malformed: what is before the query. */
  static String pathOf(String uri) {
    String target = withoutAuthority(uri);
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  /** A proxy's client sends the whole address. */
  private static String withoutAuthority(String uri) {
    if (!uri.startsWith("http://") && !uri.startsWith("https://")) {
      return uri;
    }
    int slash = uri.indexOf('/', uri.indexOf("//") + 2);
    return slash < 0 ? "/" : uri.substring(slash);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = unescape(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : unescape(pair.substring(equals + 1));
      if (parameters.putIfAbsent(name, value) != null) {
        throw Problem.of(
                ProblemType.INVALID_PARAMETER, "query parameter " + name + " is given twice")
            .toException();
      }
    }
    return parameters;
  }

  private static String unescape(String text) {
    byte[] bytes = new byte[text.length()];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          throw malformed("% must be followed by two hexadecimal digits; a percent sign is %25");
        }
        bytes[length++] = (byte) HexFormat.fromHexDigits(text, i + 1, i + 3);
        i += 2;
      } else if (c < 0x80) {
        bytes[length++] = (byte) c;
      } else {
        throw malformed("characters beyond ASCII must be escaped, as % and UTF-8 bytes");
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed("the escaped bytes of the path or query are not UTF-8");
    }
  }

  private static ProblemException malformed(String detail) {
    return Problem.of(ProblemType.MALFORMED_REQUEST, detail).toException();
  }
}
