package io.weir.ingest.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the schema registry is, and who we are to it.
 *
 * @param url address of the registry, {@code http} or {@code https}; a path is kept, so that a
 *     registry may be below one
 * @param access what to show it
 */
public record RegistrySettings(URI url, Access access) {

  /** Checks the address. */
  public RegistrySettings {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean web = scheme.equals("http") || scheme.equals("https");
    if (!web || url.getHost() == null || url.getQuery() != null || url.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "schema registry at "
              + (url.getUserInfo() == null ? url : "(an address with a user)")
              + "; allowed is http://host[:port][/path] or https://..., without a user");
    }
  }

  /**
   * Settings of texts.
   *
   * @param url the address
   * @param user of basic authentication
   * @param password of basic authentication; goes with {@code user}
   * @param token of bearer authentication; not together with {@code user}
   * @throws IllegalArgumentException if they do not go together
   */
  public static RegistrySettings of(
      String url, Optional<String> user, Optional<String> password, Optional<String> token) {
    if (user.isPresent() != password.isPresent()) {
      throw new IllegalArgumentException("schema registry: a user and a password go together");
    }
    if (user.isPresent() && token.isPresent()) {
      throw new IllegalArgumentException(
          "schema registry: either a user with a password, or a token");
    }
    Access access =
        token
            .<Access>map(Access.Bearer::new)
            .or(() -> user.map(name -> new Access.Basic(name, password.orElseThrow())))
            .orElseGet(Access.Open::new);
    try {
      return new RegistrySettings(new URI(url), access);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("schema registry: not an address: " + e.getReason(), e);
    }
  }

  /** What a registry is shown. None of them prints a secret. */
  public sealed interface Access {
    /** Nothing. */
    record Open() implements Access {}

    /** Basic authentication. */
    record Basic(String user, String password) implements Access {
      @Override
      public String toString() {
        return "Basic[user=" + user + "]";
      }
    }

    /** A bearer token. */
    record Bearer(String token) implements Access {
      @Override
      public String toString() {
        return "Bearer[]";
      }
    }
  }
}
