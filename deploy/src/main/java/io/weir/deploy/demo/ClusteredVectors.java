package io.weir.deploy.demo;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.SplittableRandom;

/**
 * Random vectors that lie in clusters, as embeddings do: each is one of {@value #CLUSTERS} centres,
 * chosen at random, plus noise. Uniformly random vectors of many dimensions are all equally far
 * from one another, which no real data is.
 *
 * <p>A vector is a function of seed, dimension and index. Centres have components of standard
 * deviation 1, the noise of {@value #NOISE}.
 *
 * <p>Memory: the centres, {@value #CLUSTERS} vectors.
 *
 * <p><b>Threads:</b> immutable.
 */
final class ClusteredVectors {

  private static final int CLUSTERS = 100;
  private static final float NOISE = 0.5f;

  /** Bits of randomness for one component of the noise. */
  private static final int NOISE_BITS = 12;

  private static final int NOISE_MASK = (1 << NOISE_BITS) - 1;
  private static final int COMPONENTS_PER_DRAW = Long.SIZE / NOISE_BITS;

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private final long seed;
  private final int dimension;
  private final float[][] centres;

  /** Normally distributed values to draw from: much faster than computing them each time. */
  private final float[] noise;

  ClusteredVectors(long seed, int dimension) {
    this.seed = seed;
    this.dimension = dimension;
    SplittableRandom random = new SplittableRandom(seed);
    this.noise = gaussians(random, 1 << NOISE_BITS, NOISE);
    this.centres = new float[CLUSTERS][];
    for (int i = 0; i < CLUSTERS; i++) {
      centres[i] = gaussians(random, dimension, 1);
    }
  }

  private static float[] gaussians(SplittableRandom random, int count, float deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return values;
  }

  /** Returns the vector of that index as little-endian float32 in a new array. */
  byte[] littleEndian(long index) {
    long state = mix(seed + index * GOLDEN_GAMMA);
    float[] centre = centres[(int) Long.remainderUnsigned(state, CLUSTERS)];
    byte[] bytes = new byte[dimension * Float.BYTES];
    int at = 0;
    while (at < dimension) {
      state += GOLDEN_GAMMA;
      long bits = mix(state);
      int end = Math.min(dimension, at + COMPONENTS_PER_DRAW);
      for (; at < end; at++) {
        FLOATS.set(bytes, at * Float.BYTES, centre[at] + noise[(int) bits & NOISE_MASK]);
        bits >>>= NOISE_BITS;
      }
    }
    return bytes;
  }

  /** The finisher of SplitMix64. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
