package io.weir.deploy.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two listening sockets of the node, bound to loopback before Kafka's configuration is written.
 *
 * <p>Kafka must be told the controller's port before it opens it. Asking the system for a free port
 * and giving it back in between would let another process take it, so the sockets are bound here
 * and handed over when Kafka asks for them.
 *
 * <p><b>Ownership:</b> owns both sockets; closing this after Kafka has closed them is harmless.
 */
final class LoopbackListeners implements ServerSocketFactory, AutoCloseable {

  static final String BROKER = "BROKER";
  static final String CONTROLLER = "CONTROLLER";
  static final int ANY_PORT = 0;

  /** Connections that may wait to be accepted; Kafka's own default. */
  private static final int BACKLOG = 50;

  private final Map<String, ServerSocketChannel> channels;

  private LoopbackListeners(ServerSocketChannel broker, ServerSocketChannel controller) {
    this.channels = Map.of(BROKER, broker, CONTROLLER, controller);
  }

  /**
   * Binds both.
   *
   * @param brokerPort the port for clients, or {@link #ANY_PORT}
   * @throws BrokerStartException if the port is taken
   */
  static LoopbackListeners bind(int brokerPort) throws IOException {
    ServerSocketChannel broker = bound(brokerPort);
    try {
      return new LoopbackListeners(broker, bound(ANY_PORT));
    } catch (Throwable e) {
      broker.close();
      throw e;
    }
  }

  private static ServerSocketChannel bound(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), BACKLOG);
      return channel;
    } catch (BindException e) {
      channel.close();
      throw new BrokerStartException(
          "port " + port + " of 127.0.0.1 cannot be bound (" + e.getMessage() + "); choose another",
          e);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  int port(String listener) throws IOException {
    return ((InetSocketAddress) channel(listener).getLocalAddress()).getPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBufferBytes)
      throws IOException {
    return channel(listenerName);
  }

  private ServerSocketChannel channel(String listener) {
    ServerSocketChannel channel = channels.get(listener);
    if (channel == null) {
      throw new IllegalArgumentException("no listener is called " + listener);
    }
    return channel;
  }

  @Override
  public void close() throws IOException {
    for (ServerSocketChannel channel : channels.values()) {
      channel.close();
    }
  }
}
