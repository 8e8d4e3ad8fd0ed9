package io.weir.deploy.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1.0 KiB",
    "1536, 1.5 KiB",
    "10485760, 10.0 MiB",
    "9223372036854775807, 8.0 EiB",
  })
  void writesBytesInTheirUnit(long bytes, String text) {
    assertEquals(text, Figures.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 ms", "999, 999 ms", "1000, 1.0 s", "125000, 125.0 s"})
  void writesDurations(long millis, String text) {
    assertEquals(text, Figures.duration(Duration.ofMillis(millis)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "999, 999", "'1000', '1,000'", "'1234567', '1,234,567'"})
  void writesCountsInThousands(long count, String text) {
    assertEquals(text, Figures.count(count));
  }
}
