package io.weir.api.access;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A key as the server knows it.
 *
 * @param name what logs and messages call it: 1 to 64 of a-z A-Z 0-9 . _ -
 * @param hash what it is recognised by
 * @param role what it is good for
 * @param expires from when on it is unknown; empty for never
 */
public record ApiKey(String name, KeyHash hash, Role role, Optional<Instant> expires) {

  /** What names look like. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** Checks the name. */
  public ApiKey {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("the name of a key is not 1 to 64 of a-z A-Z 0-9 . _ -");
    }
  }

  boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
