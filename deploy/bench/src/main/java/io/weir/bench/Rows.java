package io.weir.bench;

import io.weir.storage.Shard;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Rows as the benches use them: 768 dimensions, keys of 16 bytes, payloads of 100. */
final class Rows {
  static final int DIMENSION = 768;
  static final int USER_BYTES = DIMENSION * Float.BYTES + 16 + 100;

  /** So many different vectors are made; they are used in turn. */
  private static final int POOL = 1_024;

  private final MemorySegment[] vectors = new MemorySegment[POOL];
  private final MemorySegment payload =
      MemorySegment.ofArray(
          ("{\"text\":\"" + "x".repeat(89) + "\"}").getBytes(StandardCharsets.UTF_8));

  Rows(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < POOL; i++) {
      float[] vector = new float[DIMENSION];
      for (int j = 0; j < DIMENSION; j++) {
        vector[j] = (float) random.nextGaussian();
      }
      vectors[i] = MemorySegment.ofArray(vector);
    }
  }

  float[] vector(int number) {
    return (float[]) vectors[number % POOL].heapBase().orElseThrow();
  }

  static String key(int number) {
    return String.format(Locale.ROOT, "key-%012d", number);
  }

  VectorRecord record(int number) {
    return new VectorRecord.Upsert(
        number,
        number,
        MemorySegment.ofArray(key(number).getBytes(StandardCharsets.UTF_8)),
        vectors[number % POOL],
        payload);
  }

  /** Appends rows, waiting for checkpoints where the buffer is full. */
  void append(Shard shard, int from, int to) throws Exception {
    for (int number = from; number < to; number++) {
      VectorRecord record = record(number);
      while (shard.append(record, 0) instanceof AppendResult.Full full) {
        full.roomFreed().toCompletableFuture().get(10, TimeUnit.MINUTES);
      }
    }
  }
}
