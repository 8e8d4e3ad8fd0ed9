package io.weir.api.access;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A file of keys: a line for each, {@code NAME ROLE SHA256 [EXPIRES]}, with blanks between. Empty
 * lines and those that begin with {@code #} are passed over.
 */
public final class KeysFile {

  private static final int LEAST_WORDS = 3;
  private static final int MOST_WORDS = 4;

  private KeysFile() {}

  /**
   * Reads the content of a file.
   *
   * @param others keys that are known besides
   * @throws IllegalArgumentException if a line is none of a key, or two keys are the same; names
   *     the line, never what is in it
   */
  public static ApiKeys read(byte[] content, ApiKeys others) {
    return others.with(parse(content));
  }

  private static ApiKeys parse(byte[] content) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("it is not UTF-8 text", e);
    }
    List<ApiKey> keys = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      try {
        keys.add(key(line.split("\\s+", -1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return new ApiKeys(keys);
  }

  /** Returns a key's line. */
  public static String line(ApiKey key) {
    String line = key.name() + " " + key.role().text() + " " + key.hash().hex();
    return key.expires().map(time -> line + " " + time).orElse(line);
  }

  private static ApiKey key(String[] words) {
    if (words.length < LEAST_WORDS || words.length > MOST_WORDS) {
      throw new IllegalArgumentException(
          "it has " + words.length + " words; a key is NAME ROLE SHA256 [EXPIRES]");
    }
    Role role =
        Arrays.stream(Role.values())
            .filter(one -> one.text().equals(words[1]))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("the role is neither read nor admin"));
    Optional<Instant> expires =
        words.length == MOST_WORDS
            ? Optional.of(
                time(words[3])
                    .orElseThrow(() ->
                        new IllegalArgumentException(
                            "the time is neither such as 2027-01-31 nor 2027-01-31T12:00:00Z")))
            : Optional.empty();
    return new ApiKey(words[0], KeyHash.ofHex(words[2]), role, expires);
  }

  /** Reads when a key expires: a moment, or a date, at whose beginning in UTC it does. */
  public static Optional<Instant> time(String text) {
    try {
      return Optional.of(
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
