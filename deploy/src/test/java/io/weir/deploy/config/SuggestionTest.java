package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {

  private static final List<String> NAMES =
      List.of("http.host", "http.port", "hot-buffer.bytes", "data");

  @ParameterizedTest
  @CsvSource({
    "http.prot, http.port",
    "htp.port, http.port",
    "httpp.host, http.host",
    "HTTP.HOST, http.host",
    "hotBuffer.bytes, hot-buffer.bytes",
    "hot_buffer.byte, hot-buffer.bytes",
    "date, data"
  })
  void aSlipOrTwoFindTheName(String word, String meant) {
    assertEquals(Optional.of(meant), Suggestion.of(word, NAMES));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "dir", "verbose", "http", "buffer"})
  void anotherWordFindsNone(String word) {
    assertEquals(Optional.empty(), Suggestion.of(word, NAMES));
  }
}
