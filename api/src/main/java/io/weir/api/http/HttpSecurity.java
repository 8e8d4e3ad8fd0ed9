package io.weir.api.http;

import io.weir.api.access.AccessControl;
import java.util.Optional;

/**
 * How an endpoint is protected.
 *
 * @param access who may ask
 * @param tls how connections are encrypted; borrowed; empty for not at all
 */
public record HttpSecurity(AccessControl access, Optional<ServerTls> tls) {

  /** Not at all. */
  public static HttpSecurity none() {
    return new HttpSecurity(AccessControl.none(), Optional.empty());
  }
}
