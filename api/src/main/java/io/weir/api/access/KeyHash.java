package io.weir.api.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a key: all that is kept of it, and all that keys are compared by.
 *
 * <p>Two hashes are compared in a time that does not depend on where they differ. Hashes are
 * equally long, so neither the length of a key nor a good guess at its beginning shows in the time
 * of an answer. Keys are random and long: to hash them slowly, as one does passwords, would protect
 * nothing more.
 *
 * <p>A class and not a record because arrays have no value equality.
 */
public final class KeyHash {

  /** Length in hexadecimal digits. */
  public static final int HEX_DIGITS = 64;

  private final byte[] sha256;

  private KeyHash(byte[] sha256) {
    this.sha256 = sha256;
  }

  /** Hashes a key. */
  public static KeyHash of(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return new KeyHash(digest.digest(key.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Reads a hash.
   *
   * @throws IllegalArgumentException if it is not 64 hexadecimal digits; the text is not in the
   *     message, for it may be a key
   */
  public static KeyHash ofHex(String hex) {
    if (hex.length() != HEX_DIGITS || !hex.chars().allMatch(HexFormat::isHexDigit)) {
      throw new IllegalArgumentException(
          "a hash of a key is not "
              + HEX_DIGITS
              + " hexadecimal digits; deploy/weir key makes one");
    }
    return new KeyHash(HexFormat.of().parseHex(hex));
  }

  /** Returns it in hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(sha256);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof KeyHash hash && MessageDigest.isEqual(sha256, hash.sha256);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sha256);
  }

  @Override
  public String toString() {
    return "(hash of a key)";
  }
}
