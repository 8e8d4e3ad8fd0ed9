package io.weir.storage.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.HotBuffer;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.query.TopK.Candidate;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.testing.Records;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopKTest {
  private final HotBuffer buffer =
      new HotBuffer(
          new VectorSchema(1, Metric.DOT),
          DeclaredFields.NONE,
          new KeyHash(1, 2),
          new MemoryBudget(8 << 20),
          Optional.empty());

  @AfterEach
  void release() {
    buffer.release();
  }

  private LocatedRow row(String key) {
    buffer.append(Records.upsert(buffer.count(), key, new float[1], ""), 0);
    return new LocatedRow.Hot(buffer.snapshot(), buffer.count() - 1);
  }

  private static String text(Candidate candidate) {
    return candidate.rank() + " " + Records.text(candidate.key()) + " " + candidate.partition();
  }

  private static List<String> best(TopK top) {
    return top.best().stream().map(TopKTest::text).toList();
  }

  /** Few ranks and few keys, so that most candidates are as good as others. */
  @Test
  void theBestAreTheSameInWhateverOrderAndInHoweverManyPartsTheyCome() {
    long seed = Long.getLong("weir.seed", System.nanoTime());
    Random random = new Random(seed);
    LocatedRow anywhere = row("anywhere");
    for (int trial = 0; trial < 500; trial++) {
      List<Candidate> candidates = new ArrayList<>();
      for (String key : List.of("a", "b", "ba", "é", "z")) {
        for (int partition = 0; partition < 4; partition++) {
          float rank = random.nextInt(3) - 1;
          candidates.add(new Candidate(rank, Records.bytes(key), partition, anywhere));
        }
      }
      int k = 1 + random.nextInt(candidates.size() + 2);
      List<String> expected =
          candidates.stream()
              .sorted(
                  Comparator.comparingDouble(Candidate::rank)
                      .reversed()
                      .thenComparing(candidate -> Records.text(candidate.key()))
                      .thenComparingInt(Candidate::partition))
              .limit(k)
              .map(TopKTest::text)
              .toList();

      Collections.shuffle(candidates, random);
      TopK all = new TopK(k, Optional.empty(), Float.NEGATIVE_INFINITY);
      while (!candidates.isEmpty()) {
        TopK part = new TopK(k, Optional.empty(), all.lowestWanted());
        for (int i = random.nextInt(candidates.size()); i >= 0; i--) {
          Candidate candidate = candidates.removeLast();
          if (part.wants(candidate.rank())) {
            part.offer(candidate);
          }
        }
        all.offerAll(part);
      }
      assertEquals(expected, best(all), "-Dweir.seed=" + seed + ", trial " + trial);
    }
  }

  @Test
  void zeroAndItsNegativeAreAsNear() throws IOException {
    TopK top = new TopK(2, Optional.empty(), Float.NEGATIVE_INFINITY);
    top.offer(Candidate.of(0f, 0, row("b")));
    top.offer(Candidate.of(-0f, 0, row("a")));
    assertEquals(List.of("0.0 a 0", "0.0 b 0"), best(top));
  }
}
