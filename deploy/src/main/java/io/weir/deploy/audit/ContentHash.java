package io.weir.deploy.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 64 bits of SHA-256: what is remembered of a vector or a payload. Two that differ have
 * the same with a probability of 2<sup>-64</sup>.
 *
 * <p><b>Threads:</b> one.
 */
final class ContentHash {

  private final MessageDigest digest;

  ContentHash() {
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  long of(byte[] bytes) {
    return ByteBuffer.wrap(digest.digest(bytes)).getLong();
  }
}
