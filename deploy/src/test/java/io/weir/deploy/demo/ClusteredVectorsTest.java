package io.weir.deploy.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ClusteredVectorsTest {

  private static final int DIMENSION = 101; // no multiple of what one draw of randomness gives
  private static final int COUNT = 2_000;

  private final ClusteredVectors vectors = new ClusteredVectors(7, DIMENSION);

  @Test
  void givesTheSameVectorForTheSameSeedAndIndex() {
    ClusteredVectors again = new ClusteredVectors(7, DIMENSION);
    assertArrayEquals(vectors.littleEndian(123_456), again.littleEndian(123_456));
  }

  @Test
  void givesOtherVectorsForOtherSeedsAndIndexes() {
    byte[] one = vectors.littleEndian(1);
    assertFalse(Arrays.equals(one, vectors.littleEndian(2)));
    assertFalse(Arrays.equals(one, new ClusteredVectors(8, DIMENSION).littleEndian(1)));
  }

  @Test
  void givesEveryComponentAFiniteValueOfItsOwn() {
    float[] vector = vector(5);
    assertEquals(DIMENSION, vector.length);
    for (float component : vector) {
      assertTrue(Float.isFinite(component));
      assertTrue(component != 0);
    }
  }

  @Test
  void makesClusters() {
    // The nearest of many others is from the same cluster: far nearer than an average one.
    float[] first = vector(0);
    double best = -1;
    double sum = 0;
    for (int i = 1; i < COUNT; i++) {
      double cosine = cosine(first, vector(i));
      best = Math.max(best, cosine);
      sum += cosine;
    }
    double average = sum / (COUNT - 1);
    double nearest = best;
    assertTrue(nearest > 0.7, () -> "nearest " + nearest);
    assertTrue(Math.abs(average) < 0.1, () -> "average " + average);
  }

  private float[] vector(long index) {
    float[] vector = new float[DIMENSION];
    ByteBuffer.wrap(vectors.littleEndian(index))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    return vector;
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(squaresA * squaresB);
  }
}
