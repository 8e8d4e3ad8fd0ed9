package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationFormatTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "5s, PT5S",
    "5 s, PT5S",
    "1m, PT1M",
    "2h, PT2H",
    "1d, PT24H",
    "0s, PT0S"
  })
  void aNumberWithAUnitIsADuration(String text, Duration expected) {
    assertEquals(Optional.of(expected), DurationFormat.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "s", "-5s", "1.5s", "5x", "5S", "5sec", "999999999999999999d"})
  void anythingElseIsNone(String text) {
    assertEquals(Optional.empty(), DurationFormat.parse(text));
  }
}
