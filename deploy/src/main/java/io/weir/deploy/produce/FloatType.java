package io.weir.deploy.produce;

import java.nio.ByteBuffer;

/** How a file holds a component, little-endian. */
enum FloatType {
  FLOAT16(Short.BYTES) {
    @Override
    float read(ByteBuffer bytes) {
      return Float.float16ToFloat(bytes.getShort());
    }
  },
  FLOAT32(Float.BYTES) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getFloat();
    }
  },
  /** Becomes the nearest float32; one that is too large becomes infinite, which is refused. */
  FLOAT64(Double.BYTES) {
    @Override
    float read(ByteBuffer bytes) {
      return (float) bytes.getDouble();
    }
  },
  UINT8(Byte.BYTES) {
    @Override
    float read(ByteBuffer bytes) {
      return Byte.toUnsignedInt(bytes.get());
    }
  },
  /** Beyond 2^24 becomes the nearest float32. */
  INT32(Integer.BYTES) {
    @Override
    float read(ByteBuffer bytes) {
      return bytes.getInt();
    }
  };

  private final int bytes;

  FloatType(int bytes) {
    this.bytes = bytes;
  }

  /** Of one component. */
  int bytes() {
    return bytes;
  }

  abstract float read(ByteBuffer bytes);

  float[] read(ByteBuffer from, int count) {
    float[] vector = new float[count];
    for (int i = 0; i < count; i++) {
      vector[i] = read(from);
    }
    return vector;
  }
}
