package io.weir.api.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a row: a JSON object, byte for byte as it was sent to the topic. Only in an export
 * an end of line in it has become a space. Immutable; equal byte by byte.
 */
public final class Payload {

  private final byte[] json;

  private Payload(byte[] json) {
    this.json = json;
  }

  /** Takes an array that nobody else has. */
  static Payload owning(byte[] json) {
    return new Payload(json);
  }

  /** The JSON object as text. */
  public String json() {
    return new String(json, StandardCharsets.UTF_8);
  }

  /** A copy of its bytes, UTF-8. */
  public byte[] toBytes() {
    return json.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Payload that && Arrays.equals(json, that.json);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(json);
  }

  @Override
  public String toString() {
    return json();
  }
}
