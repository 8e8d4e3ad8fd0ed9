package io.weir.deploy.config;

/**
 * Where the HTTP server listens.
 *
 * @param host name or address of the interface
 * @param port 0..65535; 0 lets the system choose a free one
 */
public record HttpConfig(String host, int port) {

  /** The highest port. */
  public static final int MAX_PORT = 65_535;

  /** Checks the range. */
  public HttpConfig {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + "; allowed are 0 to " + MAX_PORT);
    }
  }
}
