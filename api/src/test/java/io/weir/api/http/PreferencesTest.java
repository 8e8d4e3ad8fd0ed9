package io.weir.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferencesTest {

  private static final List<String> TYPES =
      List.of("application/json", "application/x-ndjson", "text/plain; version=0.0.4");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "''                                              | application/json",
        "*/*                                             | application/json",
        "application/*                                   | application/json",
        "application/x-ndjson                            | application/x-ndjson",
        "Application/X-NDJSON ; a=b                      | application/x-ndjson",
        "application/x-ndjson;q=0.5, application/json;q=0.4 | application/x-ndjson",
        "application/json;q=0, */*                       | application/x-ndjson",
        "application/*;q=0, */*;q=0.1                    | text/plain; version=0.0.4",
        "application/openmetrics-text, text/plain;version=0.0.4;q=0.5 | text/plain; version=0.0.4",
        "image/png                                       | -",
        "*/*;q=0                                         | -",
        "application/json;q=x                            | application/json",
        "nonsense                                        | -",
        ", ,                                             | application/json"
      })
  void theMostWantedTypeIsTaken(String accept, String expected) {
    assertEquals(expected, Preferences.of(accept).best(TYPES).orElse(null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip            | true",
        "br, GZIP;q=0.2  | true",
        "*               | true",
        "gzip;q=0        | false",
        "gzip;q=0, *     | false",
        "identity        | false",
        "''              | false"
      })
  void gzipIsForWhoTakesIt(String acceptEncoding, boolean accepted) {
    assertEquals(accepted, Gzip.isAccepted(acceptEncoding));
  }
}
