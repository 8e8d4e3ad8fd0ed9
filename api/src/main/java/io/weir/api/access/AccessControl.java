package io.weir.api.access;

import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides by a request's headers whether it is answered.
 *
 * <p><b>Threads:</b> any; never waits.
 */
public final class AccessControl {

  private static final String BEARER = "bearer ";

  private final Optional<Supplier<ApiKeys>> keys;
  private final @Nullable RateLimit limit;
  private final Clock clock;

  private AccessControl(Optional<Supplier<ApiKeys>> keys, @Nullable RateLimit limit, Clock clock) {
    this.keys = keys;
    this.limit = limit;
    this.clock = clock;
  }

  /** What becomes of a request. */
  public sealed interface Decision {

    /** It is answered, whoever asks. */
    record Open() implements Decision {}

    /**
     * It is answered.
     *
     * @param key the name of the key
     */
    record Granted(String key) implements Decision {}

    /** It has no key, or none that is known and has not expired: no answer tells which. */
    record Unauthorized() implements Decision {}

    /**
     * Its key is not good for that.
     *
     * @param key the name of the key
     * @param has its role
     * @param needed the role that is needed
     */
    record Forbidden(String key, Role has, Role needed) implements Decision {}

    /**
     * There were more requests with its key than may be.
     *
     * @param key the name of the key
     */
    record TooMany(String key) implements Decision {}
  }

  /** Everybody may ask everything. */
  public static AccessControl none() {
    return new AccessControl(Optional.empty(), null, Clock.systemUTC());
  }

  /**
   * Only who has a key may ask.
   *
   * @param keys those that are known at the moment; asked for each request
   * @param requestsPerSecond of each key; 0 for any number
   */
  public static AccessControl of(Supplier<ApiKeys> keys, int requestsPerSecond) {
    return of(keys, requestsPerSecond, Clock.systemUTC());
  }

  static AccessControl of(Supplier<ApiKeys> keys, int requestsPerSecond, Clock clock) {
    // The first hash looks for a provider in files: now, and not on an event loop.
    var _ = keys.get().find("", clock.instant());
    return new AccessControl(
        Optional.of(keys),
        requestsPerSecond == 0 ? null : new RateLimit(requestsPerSecond, System::nanoTime),
        clock);
  }

  /**
   * Decides about a request.
   *
   * @param needed the role that a key must have; empty where none is needed
   * @param authorization the values of its headers {@code Authorization}
   * @param apiKey the values of its headers {@code api-key}
   */
  public Decision decide(Optional<Role> needed, List<String> authorization, List<String> apiKey) {
    if (keys.isEmpty() || needed.isEmpty()) {
      return new Decision.Open();
    }
    ApiKeys known = keys.get().get();
    Optional<ApiKey> found =
        presented(authorization, apiKey).flatMap(key -> known.find(key, clock.instant()));
    if (found.isEmpty()) {
      return new Decision.Unauthorized();
    }
    ApiKey key = found.get();
    if (!key.role().includes(needed.get())) {
      return new Decision.Forbidden(key.name(), key.role(), needed.get());
    }
    if (limit != null && !limit.take(key.name())) {
      return new Decision.TooMany(key.name());
    }
    return new Decision.Granted(key.name());
  }

  /** One of the two headers, once: what comes twice is nobody's mistake. */
  private static Optional<String> presented(List<String> authorization, List<String> apiKey) {
    List<String> given = authorization.isEmpty() ? apiKey : authorization;
    if (given.size() != 1) {
      return Optional.empty();
    }
    String value = given.getFirst().strip();
    if (authorization.isEmpty()) {
      return Optional.of(value);
    }
    return value.toLowerCase(Locale.ROOT).startsWith(BEARER)
        ? Optional.of(value.substring(BEARER.length()).strip())
        : Optional.empty();
  }
}
