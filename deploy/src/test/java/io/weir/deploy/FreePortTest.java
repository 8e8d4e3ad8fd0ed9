package io.weir.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class FreePortTest {

  private static final String LOOPBACK = "127.0.0.1";

  @Test
  void aTakenPortIsPassedOver() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
      int port = FreePort.from(LOOPBACK, taken.getLocalPort());

      assertTrue(
          port > taken.getLocalPort() && port < taken.getLocalPort() + FreePort.MAX_TRIES,
          () -> taken.getLocalPort() + " is taken, got " + port);
    }
  }

  @Test
  void anyPortStaysAnyPort() {
    assertEquals(0, FreePort.from(LOOPBACK, 0));
  }

  @Test
  void onAHostThatIsNotOursTheFirstIsReturned() {
    assertEquals(8080, FreePort.from("192.0.2.1", 8080));
  }
}
