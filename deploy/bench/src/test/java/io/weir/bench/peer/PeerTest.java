package io.weir.bench.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerTest {
  private static final long BUFFER = 16 << 20;

  @TempDir Path directory;

  static Stream<Peer> peers() {
    return Stream.concat(Peer.all().stream(), Stream.of(new RocksPeer(true)));
  }

  private static byte[] key(int number) {
    return ("key-" + number).getBytes(StandardCharsets.UTF_8);
  }

  private static Row row(int number) {
    return new Row(key(number), new float[8], new byte[5], ByteBuffer.allocateDirect(37));
  }

  @ParameterizedTest
  @MethodSource("peers")
  void whatWasFlushedIsThereAgainAndNothingElse(Peer peer) throws Exception {
    try (Peer.Writer writer = peer.create(directory, BUFFER)) {
      for (int number = 0; number < 100; number++) {
        writer.put(row(number));
      }
      writer.flush();
      writer.compact();
      writer.put(row(100));
    }
    try (Peer.Reader reader = peer.open(directory)) {
      for (int number = 0; number < 100; number++) {
        assertEquals(37, reader.get(key(number)));
      }
      assertThrows(IllegalStateException.class, () -> reader.get(key(100)));
    }
  }
}
