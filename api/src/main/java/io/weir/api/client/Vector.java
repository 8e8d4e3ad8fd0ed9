package io.weir.api.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Components of a vector, float32, just as they were sent. Immutable; equal bit by bit. */
public final class Vector {

  private final float[] components;

  private Vector(float[] components) {
    this.components = components;
  }

  /** Copies components. */
  public static Vector of(float... components) {
    return new Vector(components.clone());
  }

  /** Takes an array that nobody else has. */
  static Vector owning(float[] components) {
    return new Vector(components);
  }

  /** The number of components. */
  public int dimension() {
    return components.length;
  }

  /** One component; the first is 0. */
  public float component(int index) {
    return components[index];
  }

  /** A copy of the components. */
  public float[] toArray() {
    return components.clone();
  }

  /** The components as little-endian float32, as the API has them. */
  public byte[] toBytes() {
    byte[] bytes = new byte[components.length * Float.BYTES];
    writeTo(ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** Writes the components at the buffer's position, as little-endian float32. */
  void writeTo(ByteBuffer to) {
    to.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(components);
    to.position(to.position() + components.length * Float.BYTES);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Vector that) || that.components.length != components.length) {
      return false;
    }
    for (int i = 0; i < components.length; i++) {
      if (Float.floatToRawIntBits(components[i]) != Float.floatToRawIntBits(that.components[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (float component : components) {
      hash = 31 * hash + Float.floatToRawIntBits(component);
    }
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(components);
  }
}
