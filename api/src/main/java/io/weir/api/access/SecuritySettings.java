package io.weir.api.access;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who may ask, and how connections are protected. With keys, or a file of them, only requests that
 * have one are answered, those about health excepted.
 *
 * @param keys those that are known
 * @param keysFile a file with further ones, a line each, read again when it changes
 * @param requestsPerSecond of each key; further ones are refused with 429; 0 for any number
 * @param openMetrics whether {@code /metrics} needs no key
 * @param tls certificate and key, read again when they change; without them there is no encryption
 * @param reloadInterval time between two looks at these files
 */
public record SecuritySettings(
    List<ApiKey> keys,
    Optional<Path> keysFile,
    int requestsPerSecond,
    boolean openMetrics,
    Optional<TlsFiles> tls,
    Duration reloadInterval) {

  private static final SecuritySettings NONE =
      new SecuritySettings(
          List.of(), Optional.empty(), 0, false, Optional.empty(), Duration.ofSeconds(10));

  /** Checks the ranges. */
  public SecuritySettings {
    keys = List.copyOf(keys);
    if (requestsPerSecond < 0) {
      throw new IllegalArgumentException(
          "requestsPerSecond is " + requestsPerSecond + "; allowed are 0 and more");
    }
    if (!reloadInterval.isPositive()) {
      throw new IllegalArgumentException(
          "reloadInterval is " + reloadInterval + "; allowed are times above zero");
    }
  }

  /** Whether a request needs a key. */
  public boolean needsKeys() {
    return !keys.isEmpty() || keysFile.isPresent();
  }

  /** Everybody may ask, without encryption: for loopback, and behind something that does both. */
  public static SecuritySettings none() {
    return NONE;
  }
}
