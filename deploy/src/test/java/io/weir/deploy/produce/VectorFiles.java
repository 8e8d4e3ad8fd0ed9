package io.weir.deploy.produce;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files as numpy and others do. */
final class VectorFiles {

  private VectorFiles() {}

  /** A matrix of float32, in version 1.0. */
  static Path npy(Path file, float[][] rows) throws IOException {
    ByteBuffer bytes = littleEndian(rows.length * rows[0].length * Float.BYTES);
    for (float[] row : rows) {
      for (float component : row) {
        bytes.putFloat(component);
      }
    }
    return npy(file, 1, "<f4", false, rows.length + ", " + rows[0].length, content(bytes));
  }

  static Path npy(Path file, int version, String descr, boolean fortran, String shape, byte[] rows)
      throws IOException {
    String dictionary =
        "{'descr': '"
            + descr
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': ("
            + shape
            + "), }";
    int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
    int unpadded = 8 + lengthBytes + dictionary.length() + 1;
    String header = dictionary + " ".repeat((64 - unpadded % 64) % 64) + "\n";
    ByteBuffer bytes = littleEndian(8 + lengthBytes + header.length() + rows.length);
    bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      bytes.putShort((short) header.length());
    } else {
      bytes.putInt(header.length());
    }
    bytes.put(header.getBytes(StandardCharsets.US_ASCII)).put(rows);
    return Files.write(file, content(bytes));
  }

  static Path fvecs(Path file, float[][] rows) throws IOException {
    int size = 0;
    for (float[] row : rows) {
      size += Integer.BYTES + row.length * Float.BYTES;
    }
    ByteBuffer bytes = littleEndian(size);
    for (float[] row : rows) {
      bytes.putInt(row.length);
      for (float component : row) {
        bytes.putFloat(component);
      }
    }
    return Files.write(file, content(bytes));
  }

  /** What has been put into a buffer. */
  private static byte[] content(ByteBuffer written) {
    byte[] content = new byte[written.flip().remaining()];
    written.get(content);
    return content;
  }

  static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Rows that are all different, from a number on. */
  static float[][] rows(int from, int count, int dimension) {
    float[][] rows = new float[count][dimension];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < dimension; j++) {
        rows[i][j] = (from + i) * 0.1f + j * 1e-3f + 1;
      }
    }
    return rows;
  }
}
