package io.weir.deploy;

import io.weir.deploy.config.HttpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Looks for a port that nobody listens on. */
final class FreePort {

  /** How many ports are tried. */
  static final int MAX_TRIES = 100;

  private FreePort() {}

  /**
   * Returns the first port, counting up, that can be bound at the moment. If there is none among
   * {@value #MAX_TRIES}, or the host is not one of this machine, the first: binding that one will
   * say why not. Port 0 is always free.
   */
  static int from(String host, int first) {
    int last = Math.min(first + MAX_TRIES - 1, HttpConfig.MAX_PORT);
    for (int port = first; port <= last; port++) {
      if (canBind(host, port)) {
        return first == 0 ? 0 : port;
      }
    }
    return first;
  }

  private static boolean canBind(String host, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      // As servers do; else a port whose last connections are fading away seems taken.
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
