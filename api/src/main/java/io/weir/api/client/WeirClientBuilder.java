package io.weir.api.client;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;

/** What a client is built with. Immutable: each method returns another. */
public final class WeirClientBuilder {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 32;

  private final URI server;
  private final Optional<String> apiKey;
  private final Duration deadline;
  private final Duration connectTimeout;
  private final Retries retries;
  private final int connections;
  private final boolean compression;
  private final TlsSettings tls;

  private WeirClientBuilder(
      URI server,
      Optional<String> apiKey,
      Duration deadline,
      Duration connectTimeout,
      Retries retries,
      int connections,
      boolean compression,
      TlsSettings tls) {
    this.server = server;
    this.apiKey = apiKey;
    this.deadline = deadline;
    this.connectTimeout = connectTimeout;
    this.retries = retries;
    this.connections = connections;
    this.compression = compression;
    this.tls = tls;
  }

  static WeirClientBuilder of(URI server) {
    boolean http = "http".equals(server.getScheme()) || "https".equals(server.getScheme());
    boolean bare =
        server.getRawQuery() == null
            && server.getRawFragment() == null
            && server.getRawUserInfo() == null;
    if (!http || server.getHost() == null || !bare) {
      throw new IllegalArgumentException(
          server + " is no address of a server; " + WeirClient.DEFAULT_URL + " is one");
    }
    return new WeirClientBuilder(
        server,
        Optional.empty(),
        DEADLINE,
        CONNECT_TIMEOUT,
        Retries.defaults(),
        CONNECTIONS,
        false,
        TlsSettings.defaults());
  }

  /**
   * Returns this builder with a key, which is sent with every request, as {@code Authorization:
   * Bearer}. Whoever can read the network reads it, too, unless the address is one of {@code
   * https}.
   *
   * @param key visible ASCII characters
   */
  public WeirClientBuilder apiKey(String key) {
    if (key.isEmpty() || !key.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException("the API key is not made of visible ASCII characters");
    }
    return new WeirClientBuilder(
        server, Optional.of(key), deadline, connectTimeout, retries, connections, compression, tls);
  }

  /**
   * Returns this builder with another deadline of calls, attempts and pauses included. Default: 30
   * seconds. Of an export it is how long its next rows may take to come.
   */
  public WeirClientBuilder deadline(Duration longest) {
    return new WeirClientBuilder(
        server,
        apiKey,
        positive("deadline", longest),
        connectTimeout,
        retries,
        connections,
        compression,
        tls);
  }

  /** Returns this builder with another limit for making a connection. Default: 5 seconds. */
  public WeirClientBuilder connectTimeout(Duration longest) {
    return new WeirClientBuilder(
        server,
        apiKey,
        deadline,
        positive("connectTimeout", longest),
        retries,
        connections,
        compression,
        tls);
  }

  /** Returns this builder with other retries. Default: {@link Retries#defaults}. */
  public WeirClientBuilder retries(Retries others) {
    return new WeirClientBuilder(
        server, apiKey, deadline, connectTimeout, others, connections, compression, tls);
  }

  /** Returns this builder with another number of connections at a time. Default: 32. */
  public WeirClientBuilder connections(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("connections is " + most + "; allowed are 1 and more");
    }
    return new WeirClientBuilder(
        server, apiKey, deadline, connectTimeout, retries, most, compression, tls);
  }

  /** Returns this builder with gzip for larger answers of JSON, or without. Default: without. */
  public WeirClientBuilder compression(boolean wanted) {
    return new WeirClientBuilder(
        server, apiKey, deadline, connectTimeout, retries, connections, wanted, tls);
  }

  /** Returns this builder with other settings of TLS. Default: {@link TlsSettings#defaults}. */
  public WeirClientBuilder tls(TlsSettings settings) {
    return new WeirClientBuilder(
        server, apiKey, deadline, connectTimeout, retries, connections, compression, settings);
  }

  /**
   * Builds a client; it connects to nothing yet.
   *
   * @throws IllegalArgumentException if a file of the settings of TLS cannot be used
   */
  public WeirClient build() {
    return new WeirClient(new HttpTransport(this), new HttpTransport.Terms(deadline, retries));
  }

  static Duration positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " is " + value + "; allowed are times above zero");
    }
    return value;
  }

  /** The address, without a slash at its end. */
  String server() {
    return server.toString().replaceAll("/+$", "");
  }

  Optional<String> apiKey() {
    return apiKey;
  }

  Duration connectTimeout() {
    return connectTimeout;
  }

  int connections() {
    return connections;
  }

  boolean compression() {
    return compression;
  }

  /** The same over TLS, if the address says so. */
  HttpClient secured(HttpClient plain) {
    if (!"https".equals(server.getScheme())) {
      return plain;
    }
    // Not secure(spec -> ...): that one looks for HTTP/3, which is left out.
    return plain.secure(SslProvider.builder().sslContext(tls.context()).build());
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "client of " + server();
  }
}
