package io.weir.api.observe;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The first lines of a request, as they came, and where from.
 *
 * @param method its method, known or not
 * @param path its path, without the query
 * @param protocolVersion 1.1 or 1.0
 * @param scheme http or https
 * @param client address of the other end of the connection; a proxy's, where there is one
 * @param server address and port that it came to
 * @param headers the values of a header, by its name in lower case
 */
public record RequestHead(
    String method,
    String path,
    String protocolVersion,
    String scheme,
    Optional<String> client,
    Optional<Endpoint> server,
    Function<String, List<String>> headers) {

  /**
   * An address of this process.
   *
   * @param address numbers, not a name
   * @param port the port
   */
  public record Endpoint(String address, int port) {}

  Optional<String> header(String name) {
    return headers.apply(name).stream().findFirst();
  }
}
