package io.weir.api.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Closes connections of which there are too many, in all or of one address, before anything else is
 * done for them. A network of 64 bits of IPv6 counts as one address: whoever has one of its
 * addresses has them all.
 *
 * <p>Stands first in the pipeline of the listening channel.
 *
 * <p><b>Threads:</b> the event loop of the listening channel lets connections in; they end on their
 * own.
 */
final class ConnectionLimits extends ChannelInboundHandlerAdapter {

  private static final int IPV6_NETWORK_BYTES = 8;

  /** Nobody's address. */
  private static final InetAddress NO_LONGER_KNOWN = InetAddress.ofLiteral("0.0.0.0");

  private final int most;
  private final int mostOfAddress;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
  private final RefusedConnections beyondAll;
  private final RefusedConnections beyondAddress;

  ConnectionLimits(HttpLimits limits, HttpMeters meters) {
    this.most = limits.maxConnections();
    this.mostOfAddress = limits.maxConnectionsPerAddress();
    this.beyondAll =
        new RefusedConnections(
            meters.refusedConnections("all"), most + " are open, as many as there may be");
    this.beyondAddress =
        new RefusedConnections(
            meters.refusedConnections("address"),
            mostOfAddress + " of this address are open, as many as one may have");
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object accepted) {
    Channel connection = (Channel) accepted;
    InetAddress address = address(connection);
    if (open.get() >= most) {
      refuse(connection, address, beyondAll);
      return;
    }
    if (mostOfAddress > 0 && openByAddress.getOrDefault(address, 0) >= mostOfAddress) {
      refuse(connection, address, beyondAddress);
      return;
    }
    open.incrementAndGet();
    openByAddress.merge(address, 1, Integer::sum);
    var _ = connection.closeFuture().addListener(_ -> ended(address));
    ctx.fireChannelRead(connection);
  }

  private static void refuse(Channel connection, InetAddress address, RefusedConnections limit) {
    connection.unsafe().closeForcibly();
    limit.refused(address);
  }

  private void ended(InetAddress address) {
    open.decrementAndGet();
    openByAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  private static InetAddress address(Channel connection) {
    InetAddress known =
        connection.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
    return known == null ? NO_LONGER_KNOWN : counted(known);
  }

  /** The address that stands for all that count as one. */
  static InetAddress counted(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    byte[] network = address.getAddress();
    Arrays.fill(network, IPV6_NETWORK_BYTES, network.length, (byte) 0);
    try {
      return InetAddress.getByAddress(network);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of IPv6 has 16 bytes", e);
    }
  }
}
