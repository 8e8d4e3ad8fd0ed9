package io.weir.deploy.config;

import io.weir.api.access.SecuritySettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the HTTP server listens, who may ask it, and what they may use up. One that others than
 * this machine can reach has to be protected.
 *
 * @param host name or address of the interface
 * @param port 0..65535; 0 lets the system choose a free one
 * @param maxConnections connections at a time, beside those of clients that watch
 * @param maxConnectionsPerAddress connections of one remote address at a time, those of clients
 *     that watch among them; 0 for as many as there may be
 * @param security who may ask, and how connections are protected
 * @param allowInsecure whether others can reach it even so: something in front protects it
 * @param watch clients that watch
 * @param qdrant how clients of Qdrant read
 */
public record HttpConfig(
    String host,
    int port,
    int maxConnections,
    int maxConnectionsPerAddress,
    SecuritySettings security,
    boolean allowInsecure,
    WatchConfig watch,
    QdrantConfig qdrant) {

  /** The highest port. */
  public static final int MAX_PORT = 65_535;

  /** The most connections that can be allowed. */
  public static final int MAX_CONNECTIONS = 1_000_000;

  private static final int DEFAULT_CONNECTIONS = 1_000;

  /** Of this machine only, for everybody on it. */
  public HttpConfig(String host, int port) {
    this(
        host,
        port,
        DEFAULT_CONNECTIONS,
        usualPerAddress(DEFAULT_CONNECTIONS, WatchConfig.defaults()),
        SecuritySettings.none(),
        false,
        WatchConfig.defaults(),
        QdrantConfig.defaults());
  }

  /** Checks the ranges, and that it is protected where that is needed. */
  public HttpConfig {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port " + port + "; allowed are 0 to " + MAX_PORT);
    }
    if (maxConnections < 1 || maxConnections > MAX_CONNECTIONS) {
      throw new IllegalArgumentException(
          "maxConnections " + maxConnections + "; allowed are 1 to " + MAX_CONNECTIONS);
    }
    if (maxConnectionsPerAddress < 0 || maxConnectionsPerAddress > MAX_CONNECTIONS) {
      throw new IllegalArgumentException(
          "maxConnectionsPerAddress "
              + maxConnectionsPerAddress
              + "; allowed are 0 to "
              + MAX_CONNECTIONS);
    }
    if (!allowInsecure && !isLoopback(host) && !isProtected(security)) {
      throw new IllegalArgumentException("http.host is \"" + host + "\"" + danger(security));
    }
  }

  /** Connections at a time, those of clients that watch among them. */
  public int allConnections() {
    return allConnections(maxConnections, watch);
  }

  /** Watchers have connections beside those of all others. */
  private static int allConnections(int maxConnections, WatchConfig watch) {
    return maxConnections + watch.watchers();
  }

  /**
   * Connections of one address where nobody says how many: three quarters of all. With the other
   * defaults so all watchers may be of one, and half as many others.
   */
  static int usualPerAddress(int maxConnections, WatchConfig watch) {
    return Math.clamp(allConnections(maxConnections, watch) * 3L / 4, 1, MAX_CONNECTIONS);
  }

  /** What an address of it begins with: http, or https where connections are encrypted. */
  public String scheme() {
    return security.tls().isPresent() ? "https" : "http";
  }

  /** Whether the settings encrypt, and ask who it is. */
  static boolean isProtected(SecuritySettings security) {
    return security.tls().isPresent() && security.needsKeys();
  }

  /** What is wrong with settings that do not, for a server that others can reach. */
  static String danger(SecuritySettings security) {
    List<String> missing = new ArrayList<>();
    if (security.tls().isEmpty()) {
      missing.add("http.tls.certificate and http.tls.key");
    }
    if (!security.needsKeys()) {
      missing.add("http.keys or http.keys-file (deploy/weir key makes one)");
    }
    return ", and others than this machine can reach that; set "
        + String.join(", and ", missing)
        + ", or http.allow-insecure: true where something in front of Weir does what these do";
  }

  /** Names are not looked up: one may stand for another address tomorrow. */
  static boolean isLoopback(String host) {
    if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException aName) {
      return false;
    }
  }
}
