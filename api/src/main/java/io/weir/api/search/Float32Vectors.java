package io.weir.api.search;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads vectors from bodies of little-endian float32. */
final class Float32Vectors {

  private Float32Vectors() {}

  /** The one vector that the body is. */
  static float[] one(byte[] body) {
    if (body.length % Float.BYTES != 0) {
      throw Problem.of(
              ProblemType.WRONG_DIMENSION,
              "the body has "
                  + body.length
                  + " bytes, which is not a whole number of float32 components")
          .toException();
    }
    return vector(body, 0, body.length / Float.BYTES);
  }

  /** How many vectors of a dimension the body is. */
  static int count(byte[] body, int dimension) {
    int vectorBytes = dimension * Float.BYTES;
    if (body.length == 0 || body.length % vectorBytes != 0) {
      throw Problem.of(
              ProblemType.WRONG_DIMENSION,
              "the body has "
                  + body.length
                  + " bytes, which is not a whole number of vectors of "
                  + vectorBytes
                  + " bytes")
          .toException();
    }
    return body.length / vectorBytes;
  }

  /** One of several vectors, one behind the other. */
  static float[] vector(byte[] body, int index, int dimension) {
    float[] vector = new float[dimension];
    int bytes = dimension * Float.BYTES;
    ByteBuffer.wrap(body, index * bytes, bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(vector[i])) {
        throw Problem.of(
                ProblemType.INVALID_VECTOR,
                "component " + i + " is " + vector[i] + "; allowed are finite float32 numbers")
            .toException();
      }
    }
    return vector;
  }
}
