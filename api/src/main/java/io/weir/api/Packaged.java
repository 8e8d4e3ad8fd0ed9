package io.weir.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What the build put beside this class. */
final class Packaged {

  private Packaged() {}

  /** The version. */
  static String version() throws IOException {
    return new String(read("version.txt"), StandardCharsets.UTF_8).strip();
  }

  /** The description of the API. */
  static byte[] contract() throws IOException {
    return read("openapi.yaml");
  }

  private static byte[] read(String name) throws IOException {
    try (InputStream resource = Packaged.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IOException(name + " is missing beside " + Packaged.class.getName());
      }
      return resource.readAllBytes();
    }
  }
}
