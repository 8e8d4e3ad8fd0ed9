package io.weir.deploy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountFormatTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4194304, 4194304",
    "12B, 12",
    "1kB, 1000",
    "1 KB, 1000",
    "1KiB, 1024",
    "8MiB, 8388608",
    "8mib, 8388608",
    "256MB, 256000000",
    "1GB, 1000000000",
    "1GiB, 1073741824",
    "1TB, 1000000000000",
    "2TiB, 2199023255552"
  })
  void aNumberAloneOrWithAUnitIsAByteCount(String text, long expected) {
    assertEquals(Optional.of(expected), ByteCountFormat.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MiB", "-1", "1.5GiB", "1PiB", "1 M", "9999999999999999999", "9999999999TiB"})
  void anythingElseIsNone(String text) {
    assertEquals(Optional.empty(), ByteCountFormat.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "268435456, 256 MiB",
    "1099511627776, 1 TiB",
    "2251799813685248, 2048 TiB"
  })
  void aCountIsShownInItsLargestUnit(long bytes, String expected) {
    assertEquals(expected, ByteCountFormat.show(bytes));
  }
}
