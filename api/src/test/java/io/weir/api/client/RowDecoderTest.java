package io.weir.api.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Rows out of pieces, wherever these are cut. */
class RowDecoderTest {

  private static final long SEED = Long.getLong("weir.seed", new Random().nextLong());
  private static final int ROUNDS = 200;

  private final Random random = new Random(SEED);

  @Test
  void linesAreReadHoweverTheyAreCut() {
    List<Row> rows = new ArrayList<>();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 40; i++) {
      String payload =
          i % 3 == 0 ? "null" : "{\"ü\": \"" + "x".repeat(random.nextInt(40_000)) + "\"}";
      rows.add(
          new Row(
              "ключ" + i,
              i % 4,
              i,
              i % 5 == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(i)),
              i % 2 == 0 ? Optional.empty() : Optional.of(Vector.of(i, 0.1f)),
              i % 3 == 0
                  ? Optional.empty()
                  : Optional.of(Payload.owning(payload.getBytes(StandardCharsets.UTF_8)))));
      String line =
          "{\"key\":\"ключ"
              + i
              + "\",\"partition\":"
              + i % 4
              + ",\"offset\":"
              + i
              + ",\"timestamp\":"
              + (i % 5 == 0 ? "null" : i)
              + (i % 2 == 0 ? "" : ",\"vector\":[" + i + ",0.1]")
              + ",\"new\":{\"a\":[1]},\"payload\":"
              + payload
              + "}\n";
      bytes.writeBytes(line.getBytes(StandardCharsets.UTF_8));
    }
    for (int round = 0; round < ROUNDS; round++) {
      assertEquals(rows, decoded(new LineDecoder(), bytes.toByteArray()), () -> "seed " + SEED);
    }
  }

  @Test
  void framesAreReadHoweverTheyAreCut() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(
          new Row(
              "ключ" + "y".repeat(random.nextInt(200)),
              i % 3,
              i * 10_000_000_000L,
              Optional.empty(),
              Optional.of(Vector.of(i, Float.NaN, -0.0f)),
              Optional.empty()));
    }
    byte[] bytes = frames(rows, rows.size());
    for (int round = 0; round < ROUNDS; round++) {
      assertEquals(rows, decoded(new FrameDecoder(), bytes), () -> "seed " + SEED);
    }
  }

  private static byte[] frames(List<Row> rows, long count) {
    ByteBuffer to = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    to.put("WEIRVEC1".getBytes(StandardCharsets.US_ASCII)).putInt(3).putInt(2);
    to.putInt(0).putLong(9).putInt(1).putLong(7);
    for (Row row : rows) {
      byte[] key = row.key().getBytes(StandardCharsets.UTF_8);
      to.putInt(key.length).putInt(row.partition()).putLong(row.offset()).put(key);
      to.put(row.vector().orElseThrow().toBytes());
    }
    to.putInt(-1).putLong(count);
    return Arrays.copyOf(to.array(), to.position());
  }

  private List<Row> decoded(PieceDecoder<Row> decoder, byte[] bytes) {
    List<Row> rows = new ArrayList<>();
    int most = 1 << random.nextInt(18);
    for (int from = 0; from < bytes.length; ) {
      int to = Math.min(bytes.length, from + 1 + random.nextInt(most));
      rows.addAll(decoder.decode(Arrays.copyOfRange(bytes, from, to)));
      from = to;
    }
    decoder.end();
    return rows;
  }

  @Test
  void whatIsNotWholeIsNoExport() {
    byte[] whole = frames(List.of(), 0);
    for (int length = 0; length < whole.length; length++) {
      FrameDecoder cut = new FrameDecoder();
      if (length > 0) {
        cut.decode(Arrays.copyOf(whole, length));
      }
      assertThrows(UnreadableAnswer.class, cut::end);
    }
    LineDecoder line = new LineDecoder();
    line.decode("{\"key\"".getBytes(StandardCharsets.UTF_8));
    assertThrows(UnreadableAnswer.class, line::end);
  }

  @Test
  void whatIsNoFrameIsRefused() {
    assertRefused(frames(List.of(), 1));
    assertRefused(Arrays.copyOf(frames(List.of(), 0), 100));
    byte[] magic = frames(List.of(), 0);
    magic[0] = 'X';
    assertRefused(magic);
    byte[] dimension = frames(List.of(), 0);
    dimension[11] = -1;
    assertRefused(dimension);
    byte[] positions = frames(List.of(), 0);
    positions[15] = 127;
    assertRefused(positions);
    byte[] key = frames(List.of(), 0);
    key[43] = 127;
    assertRefused(key);
  }

  private static void assertRefused(byte[] bytes) {
    FrameDecoder decoder = new FrameDecoder();
    assertThrows(UnreadableAnswer.class, () -> decoder.decode(bytes));
  }
}
