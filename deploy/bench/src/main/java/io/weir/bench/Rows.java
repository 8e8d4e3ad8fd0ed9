package io.weir.bench;

import io.weir.bench.peer.Row;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** Rows as the benches use them: 768 dimensions, keys of 16 bytes, payloads of random text. */
final class Rows {
  static final int DIMENSION = 768;

  /** Length of a payload where nothing else is said. */
  static final int PAYLOAD_BYTES = 100;

  private static final int VECTOR_BYTES = DIMENSION * Float.BYTES;
  private static final int KEY_BYTES = 16;

  /** So many different rows are made; they are used in turn. */
  private static final int POOL = 1_024;

  private static final String PAYLOAD_START = "{\"text\":\"";
  private static final String PAYLOAD_END = "\"}";

  private final float[][] vectors = new float[POOL][DIMENSION];
  private final byte[][] payloads = new byte[POOL][];

  /** Vector and payload in one, outside the heap. */
  private final ByteBuffer[] values = new ByteBuffer[POOL];

  private final int payloadBytes;

  Rows(long seed) {
    this(seed, PAYLOAD_BYTES);
  }

  Rows(long seed, int payloadBytes) {
    this.payloadBytes = payloadBytes;
    Random random = new Random(seed);
    for (int i = 0; i < POOL; i++) {
      for (int j = 0; j < DIMENSION; j++) {
        vectors[i][j] = (float) random.nextGaussian();
      }
      payloads[i] = payload(random, payloadBytes);
      ByteBuffer value =
          ByteBuffer.allocateDirect(VECTOR_BYTES + payloadBytes).order(ByteOrder.LITTLE_ENDIAN);
      value.asFloatBuffer().put(vectors[i]);
      values[i] = value.put(VECTOR_BYTES, payloads[i]);
    }
  }

  /** Random letters: a store that compresses has nothing to gain. */
  private static byte[] payload(Random random, int bytes) {
    StringBuilder text = new StringBuilder(bytes);
    if (bytes > 0) {
      text.append(PAYLOAD_START);
      while (text.length() < bytes - PAYLOAD_END.length()) {
        text.append((char) ('0' + random.nextInt('z' - '0')));
      }
      text.append(PAYLOAD_END);
    }
    return text.toString().replace('\\', '~').getBytes(StandardCharsets.UTF_8);
  }

  /** What the user has of a row: vector, key and payload. */
  int userBytes() {
    return VECTOR_BYTES + KEY_BYTES + payloadBytes;
  }

  float[] vector(int number) {
    return vectors[number % POOL];
  }

  /** The vector as a record's value: little-endian float32. */
  byte[] float32(int number) {
    byte[] bytes = new byte[VECTOR_BYTES];
    values[number % POOL].get(0, bytes);
    return bytes;
  }

  /** The payload as text. */
  String payloadText(int number) {
    return new String(payloads[number % POOL], StandardCharsets.UTF_8);
  }

  static String key(int number) {
    return String.format(Locale.ROOT, "key-%012d", number);
  }

  static byte[] keyBytes(int number) {
    return key(number).getBytes(StandardCharsets.UTF_8);
  }

  /** A record of that key at that offset. */
  VectorRecord record(long offset, int number) {
    return new VectorRecord.Upsert(
        offset,
        offset,
        MemorySegment.ofArray(keyBytes(number)),
        MemorySegment.ofArray(vectors[number % POOL]),
        MemorySegment.ofArray(payloads[number % POOL]));
  }

  /** The same row for a peer. */
  Row row(int number) {
    int pooled = number % POOL;
    return new Row(keyBytes(number), vectors[pooled], payloads[pooled], values[pooled]);
  }
}
