package io.weir.deploy.config;

/**
 * Where the HTTP server listens, whom it serves, and what they may use up.
 *
 * @param host name or address of the interface
 * @param port 0..65535; 0 lets the system choose a free one
 * @param watch clients that watch
 * @param qdrant how clients of Qdrant read
 */
public record HttpConfig(String host, int port, WatchConfig watch, QdrantConfig qdrant) {

  /** The highest port. */
  public static final int MAX_PORT = 65_535;

  /** With the usual limits of clients that watch; clients of Qdrant can read. */
  public HttpConfig(String host, int port) {
    this(host, port, WatchConfig.defaults(), QdrantConfig.defaults());
  }

  /** Checks the range. */
  public HttpConfig {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + "; allowed are 0 to " + MAX_PORT);
    }
  }
}
