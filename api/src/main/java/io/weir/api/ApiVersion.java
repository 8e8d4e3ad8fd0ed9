package io.weir.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The version that the build wrote beside this class. */
final class ApiVersion {

  private ApiVersion() {}

  static String read() throws IOException {
    try (InputStream resource = ApiVersion.class.getResourceAsStream("version.txt")) {
      if (resource == null) {
        throw new IOException("version.txt is missing beside " + ApiVersion.class.getName());
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
