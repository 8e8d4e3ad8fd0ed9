package io.weir.api.access;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The keys that are known.
 *
 * <p><b>Threads:</b> any; never changes.
 */
public final class ApiKeys {

  /** The most keys of a server: a request is held against each. */
  public static final int MAX_KEYS = 1_000;

  private final List<ApiKey> keys;

  /**
   * Knows these.
   *
   * @throws IllegalArgumentException if there are more than {@link #MAX_KEYS}, or if two have the
   *     same name or are the same
   */
  public ApiKeys(List<ApiKey> keys) {
    this.keys = List.copyOf(keys);
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException(
          "there are " + keys.size() + " keys; allowed are at most " + MAX_KEYS);
    }
    Set<String> names = new HashSet<>();
    Set<KeyHash> hashes = new HashSet<>();
    for (ApiKey key : keys) {
      if (!names.add(key.name())) {
        throw new IllegalArgumentException("two keys have the name " + key.name());
      }
      if (!hashes.add(key.hash())) {
        throw new IllegalArgumentException(
            "key " + key.name() + " is the same as another one; each has to be a key of its own");
      }
    }
  }

  /** Returns these keys and others. */
  ApiKeys with(ApiKeys others) {
    return new ApiKeys(Stream.concat(keys.stream(), others.keys.stream()).toList());
  }

  /** How many there are. */
  public int size() {
    return keys.size();
  }

  /** Returns the key that somebody presents, unless it is unknown or has expired. */
  Optional<ApiKey> find(String presented, Instant now) {
    KeyHash hash = KeyHash.of(presented);
    Optional<ApiKey> found = Optional.empty();
    // On to the end: the time does not tell which key it was.
    for (ApiKey key : keys) {
      if (key.hash().equals(hash)) {
        found = Optional.of(key);
      }
    }
    return found.filter(key -> !key.isExpired(now));
  }
}
